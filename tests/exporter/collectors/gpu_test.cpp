#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

#include "exporter/collectors/collectors.h"
#include "exporter/own_thread.h"
#include "exporter/scrape.h"
#include "tests/eventually.h"
#include "tests/exporter/fake_gpus.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using tests::value_of;

constexpr milliseconds at_once{0};

nvml::Process process(unsigned pid, unsigned long long bytes) {
  return {.pid = pid, .used_bytes = bytes, .gpu_instance = 0, .compute_instance = 0};
}

class GpuCollectorTest : public testing::Test {
 protected:
  GpuCollectorTest() { server_.write("pid", "100"); }

  GpuOptions options() const {
    return {.library = gpus_.library(), .retry_after = at_once, .proc = ProcFiles(server_.path())};
  }

  /// A process of the machine that the collector sees.
  void start(unsigned pid, unsigned parent) const {
    const std::string number = std::to_string(pid);
    std::filesystem::create_directories(server_.path(number));
    server_.write(number + "/stat", number + " (python) S " + std::to_string(parent) +
                                        " 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 42 4096 1 0\n");
  }

  std::string page_for_server() const {
    GpuOptions with_server = options();
    with_server.processes = {{"llm", {.pid_file = server_.path("pid")}}};
    return '\n' + page_of(*make_gpu_collector(with_server));
  }

  static std::optional<double> of_server(const std::string& page, const std::string& gpu) {
    return value_of(
        page, "seadragon_server_process_gpu_memory_bytes{server=\"llm\",gpu=\"" + gpu + "\"}");
  }

  FakeGpus gpus_;
  TemporaryFolder server_;
};

TEST_F(GpuCollectorTest, ExposesEachGpuByItsIndex) {
  const std::string page = '\n' + page_of(*make_gpu_collector(options()));
  const auto at = [&](const std::string& metric, const std::string& labels = "gpu=\"0\"") {
    return value_of(page, "seadragon_gpu_" + metric + '{' + labels + '}');
  };
  EXPECT_EQ(at("utilization_ratio"), 0.75);
  EXPECT_EQ(at("memory_total_bytes"), 80e9);
  EXPECT_EQ(at("memory_used_bytes"), 60e9);
  EXPECT_EQ(at("memory_reserved_bytes"), 9e8);
  EXPECT_EQ(at("power_watts"), 312.5);
  EXPECT_EQ(at("power_limit_watts"), 400);
  EXPECT_EQ(at("energy_joules_total"), 5000.25);
  EXPECT_EQ(at("temperature_celsius"), 64);
  EXPECT_EQ(at("memory_errors_total", "gpu=\"0\",kind=\"corrected\""), 3);
  EXPECT_EQ(at("memory_errors_total", "gpu=\"0\",kind=\"uncorrected\""), 1);
  EXPECT_EQ(
      at("info", "gpu=\"0\",uuid=\"GPU-aaaa\",name=\"NVIDIA A100-SXM4-80GB\",driver=\"550.54.15\""),
      1);
  EXPECT_EQ(at("memory_total_bytes", "gpu=\"1\""), 16e9);
  EXPECT_EQ(page.find("seadragon_server_process"), std::string::npos);
}

TEST_F(GpuCollectorTest, LeavesOutWhatAGpuDoesNotSupport) {
  gpus_->refused = {{"nvmlDeviceGetTotalEccErrors", nvml::Result::not_supported}};
  const std::string page = page_of(*make_gpu_collector(options()));
  EXPECT_EQ(page.find("seadragon_gpu_memory_errors_total"), std::string::npos);
  EXPECT_NE(page.find("seadragon_gpu_energy_joules_total"), std::string::npos);
}

TEST_F(GpuCollectorTest, AddsNothingOnAMachineWithoutTheLibrary) {
  GpuOptions absent = options();
  absent.library = "/no/such/libnvidia-ml.so.1";
  EXPECT_EQ(page_of(*make_gpu_collector(absent)), "");
}

TEST_F(GpuCollectorTest, ServesTheOthersWhenAGpuIsLostAndSaysSo) {
  const auto collector = make_gpu_collector(options());
  gpus_[1].answer = nvml::Result::gpu_is_lost;
  monitoring::Samples samples;
  try {
    collector->collect(samples, patient_scrape());
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "GPU 1: GPU is lost");
  }
  EXPECT_EQ(value_of(samples.text(), "seadragon_gpu_temperature_celsius{gpu=\"0\"}"), 64);
  EXPECT_EQ(value_of(samples.text(), "seadragon_gpu_temperature_celsius{gpu=\"1\"}"), std::nullopt);
}

TEST_F(GpuCollectorTest, AddsUpTheMemoryOfTheServerAndAllProcessesBelowIt) {
  start(1, 0);
  start(100, 1);    // the server
  start(101, 100);  // its child
  start(102, 101);  // and that one's
  start(200, 1);    // somebody else
  gpus_[0].processes = {process(100, 1), process(101, 20), process(102, 300), process(200, 4000),
                        process(999, 50'000)};  // the last has just ended
  const std::string page = page_for_server();
  EXPECT_EQ(of_server(page, "0"), 321);
  EXPECT_EQ(of_server(page, "1"), 0);
}

TEST_F(GpuCollectorTest, TellsNoMemoryOfTheServerThatItDoesNotKnow) {
  start(100, 1);
  start(101, 100);
  gpus_[0].processes = {process(100, 1), process(101, nvml::not_available)};
  gpus_[1].processes = {process(100, 2), process(7, nvml::not_available)};
  const std::string page = page_for_server();
  EXPECT_EQ(of_server(page, "0"), std::nullopt);
  EXPECT_EQ(of_server(page, "1"), 2);

  gpus_->refused = {{"nvmlDeviceGetComputeRunningProcesses", nvml::Result::not_supported}};
  EXPECT_EQ(page_for_server().find("seadragon_server_process"), std::string::npos);
}

TEST_F(GpuCollectorTest, TellsNoMemoryOfAServerThatDoesNotRun) {
  gpus_[0].processes = {process(100, 1)};
  EXPECT_EQ(page_for_server().find("seadragon_server_process"), std::string::npos);
}

TEST_F(GpuCollectorTest, CountsNoProcessTwiceWhoseParentsRunInACircle) {
  start(100, 1);
  start(101, 102);  // a PID that was used again between two looks
  start(102, 101);
  gpus_[0].processes = {process(101, 1)};
  EXPECT_EQ(of_server(page_for_server(), "0"), 0);
}

TEST_F(GpuCollectorTest, HoldsUpNoScrapeWhileTheDriverHangs) {
  std::vector<std::unique_ptr<Collector>> collectors;
  collectors.push_back(on_own_thread(make_gpu_collector(options()), milliseconds(100)));
  collectors.push_back(make_memory_collector(ProcFiles("tests/fixtures/proc")));
  Scraper scraper(std::move(collectors), [](auto&&...) {});
  const auto success_of = [](const std::string& page, const std::string& collector) {
    return value_of(page, "seadragon_exporter_collector_success{collector=\"" + collector + "\"}");
  };
  const auto scrape = [&] { return scraper.page(patient_scrape()).body; };
  EXPECT_EQ(success_of(scrape(), "gpu"), 1);

  gpus_->hang(true);
  const auto start = steady_clock::now();
  const std::string page = scrape();
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(success_of(page, "gpu"), 0);
  EXPECT_EQ(success_of(page, "memory"), 1);
  EXPECT_EQ(page.find("seadragon_gpu_"), std::string::npos);
  EXPECT_EQ(success_of(scrape(), "gpu"), 0);

  gpus_->hang(false);
  EXPECT_TRUE(tests::eventually([&] { return success_of(scrape(), "gpu") == 1; }));
  EXPECT_EQ(value_of(scrape(), "seadragon_gpu_temperature_celsius{gpu=\"0\"}"), 64);
}

}  // namespace
}  // namespace seadragon::exporter
