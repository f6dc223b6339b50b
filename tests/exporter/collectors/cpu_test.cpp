#include <stdexcept>

#include <gtest/gtest.h>
#include <unistd.h>

#include "exporter/collectors/collectors.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

/// A machine whose CPUs have been idle for so many seconds and busy for none.
class IdleMachine {
 public:
  std::string page_after(long seconds) {
    folder_.write("stat",
                  "cpu  0 0 0 " + std::to_string(seconds * ::sysconf(_SC_CLK_TCK)) + " 0 0 0 0\n");
    return page_of(*collector_);
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Collector> collector_ = make_cpu_collector(ProcFiles(folder_.path()), false);
};

bool says_idle(const std::string& page, const std::string& seconds) {
  return page.find("mode=\"idle\"} " + seconds + '\n') != std::string::npos;
}

TEST(CpuCollectorTest, ExposesEveryModeInSeconds) {
  ASSERT_EQ(::sysconf(_SC_CLK_TCK), 100);
  const auto collector = make_cpu_collector(ProcFiles("tests/fixtures/proc"), false);
  EXPECT_EQ(page_of(*collector),
            "# HELP seadragon_host_cpu_seconds_total Time the CPUs spent in each mode, all CPUs "
            "together; guest time is within user.\n"
            "# TYPE seadragon_host_cpu_seconds_total counter\n"
            "seadragon_host_cpu_seconds_total{mode=\"user\"} 357.25\n"
            "seadragon_host_cpu_seconds_total{mode=\"nice\"} 0\n"
            "seadragon_host_cpu_seconds_total{mode=\"system\"} 100.4\n"
            "seadragon_host_cpu_seconds_total{mode=\"idle\"} 3073.84\n"
            "seadragon_host_cpu_seconds_total{mode=\"iowait\"} 20.41\n"
            "seadragon_host_cpu_seconds_total{mode=\"irq\"} 0\n"
            "seadragon_host_cpu_seconds_total{mode=\"softirq\"} 2.23\n"
            "seadragon_host_cpu_seconds_total{mode=\"steal\"} 6.05\n");
}

TEST(CpuCollectorTest, NeverExposesADecrease) {
  IdleMachine machine;
  EXPECT_TRUE(says_idle(machine.page_after(1000), "1000"));
  EXPECT_TRUE(says_idle(machine.page_after(999), "1000"));
  EXPECT_TRUE(says_idle(machine.page_after(1001), "1001"));
}

TEST(CpuCollectorTest, CountsOnWhenACpuIsGone) {
  IdleMachine machine;
  machine.page_after(1000);
  EXPECT_TRUE(says_idle(machine.page_after(500), "1000"));
  EXPECT_TRUE(says_idle(machine.page_after(510), "1010"));
}

TEST(CpuCollectorTest, ThrowsWhenTheFileIsMissingOrMalformed) {
  const TemporaryFolder folder;
  const auto collector = make_cpu_collector(ProcFiles(folder.path()), false);
  EXPECT_THROW(page_of(*collector), std::runtime_error);
  folder.write("stat", "cpu nonsense");
  EXPECT_THROW(page_of(*collector), std::runtime_error);
}

TEST(CpuCollectorTest, TellsOfEachCpuOnRequest) {
  const auto collector = make_cpu_collector(ProcFiles("tests/fixtures/proc"), true);
  const std::string page = page_of(*collector);
  const auto at = [&](const std::string& labels) {
    return tests::value_of(page, "seadragon_host_per_cpu_seconds_total{" + labels + "}");
  };
  EXPECT_EQ(at("cpu=\"0\",mode=\"user\""), 162.25);
  EXPECT_EQ(at("cpu=\"1\",mode=\"steal\""), 2.86);
  EXPECT_EQ(at("cpu=\"2\",mode=\"user\""), std::nullopt);
}

}  // namespace
}  // namespace seadragon::exporter
