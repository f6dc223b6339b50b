// Load, pressure, network and disks of the machine.
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/statvfs.h>

#include "exporter/collectors/collectors.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

using tests::value_of;

const ProcFiles machine("tests/fixtures/proc");

std::string page(Collector& collector) { return '\n' + page_of(collector); }

TEST(LoadCollectorTest, ExposesEachAverage) {
  const std::string load = page(*make_load_collector(machine));
  EXPECT_EQ(value_of(load, "seadragon_host_load_average{window=\"1m\"}"), 0.2);
  EXPECT_EQ(value_of(load, "seadragon_host_load_average{window=\"5m\"}"), 1.18);
  EXPECT_EQ(value_of(load, "seadragon_host_load_average{window=\"15m\"}"), 0.12);
}

TEST(PressureCollectorTest, ExposesTimesInSeconds) {
  const std::string pressure = page(*make_pressure_collector(machine));
  const auto at = [&](const std::string& metric, const std::string& resource) {
    return value_of(pressure, "seadragon_host_pressure_" + metric + "_seconds_total{resource=\"" +
                                  resource + "\"}");
  };
  EXPECT_EQ(at("waiting", "cpu"), 5);
  EXPECT_EQ(at("waiting", "memory"), 1.25);
  EXPECT_EQ(at("waiting", "io"), 20);
  EXPECT_EQ(at("stalled", "cpu"), std::nullopt);
  EXPECT_EQ(at("stalled", "memory"), 0.75);
  EXPECT_EQ(at("stalled", "io"), 15);
}

TEST(PressureCollectorTest, AddsNothingWhereTheKernelCountsNone) {
  EXPECT_EQ(page(*make_pressure_collector(ProcFiles("tests/fixtures/proc_old_kernel"))), "\n");
}

TEST(NetworkCollectorTest, ExposesWhatLeavesTheMachine) {
  const std::string network = page(*make_network_collector(machine));
  const auto at = [&](const std::string& metric, const std::string& interface) {
    return value_of(network,
                    "seadragon_host_network_" + metric + "_total{interface=\"" + interface + "\"}");
  };
  EXPECT_EQ(at("receive_bytes", "eth0"), 19268211);
  EXPECT_EQ(at("transmit_bytes", "eth0"), 1040403);
  EXPECT_EQ(at("receive_errors", "eth0"), 3);
  EXPECT_EQ(at("transmit_errors", "eth0"), 7);
  EXPECT_EQ(at("receive_bytes", "eth0:1"), 100);
  EXPECT_EQ(at("receive_bytes", "lo"), std::nullopt);
  EXPECT_EQ(at("receive_bytes", "veth77d0"), std::nullopt);
}

TEST(DiskCollectorTest, ExposesTheSpaceOfTheChosenMounts) {
  struct statvfs root {};
  ASSERT_EQ(::statvfs("/", &root), 0);
  const std::string disk = page(*make_disk_collector({"/"}));
  EXPECT_EQ(value_of(disk, "seadragon_host_disk_size_bytes{mount=\"/\"}"),
            static_cast<double>(root.f_blocks) * static_cast<double>(root.f_frsize));
  const auto available = value_of(disk, "seadragon_host_disk_available_bytes{mount=\"/\"}");
  ASSERT_TRUE(available);
  EXPECT_GT(*available, 0);
}

TEST(DiskCollectorTest, ServesTheOthersWhereOneIsMissing) {
  const auto collector = make_disk_collector({"/", "/no/such/mount"});
  monitoring::Samples samples;
  try {
    collector->collect(samples, patient_scrape());
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "/no/such/mount: No such file or directory");
  }
  EXPECT_TRUE(value_of(samples.text(), "seadragon_host_disk_size_bytes{mount=\"/\"}"));
}

TEST(HostCollectorsTest, NameTheFileThatIsMalformed) {
  const TemporaryFolder folder;
  folder.write("loadavg", "much");
  std::filesystem::create_directories(folder.path("net"));
  std::filesystem::create_directories(folder.path("pressure"));
  folder.write("net/dev", "eth0: 1 2 3\n");
  folder.write("pressure/cpu", "some avg10=0.00\n");
  const ProcFiles proc(folder.path());
  for (const auto& make : {make_load_collector, make_network_collector, make_pressure_collector}) {
    const auto collector = make(proc);
    try {
      page(*collector);
      ADD_FAILURE() << collector->name();
    } catch (const std::runtime_error& failure) {
      EXPECT_NE(std::string(failure.what()).find(": malformed"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace seadragon::exporter
