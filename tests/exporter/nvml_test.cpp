#include "exporter/nvml.h"

#include <functional>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exporter/fake_gpus.h"

namespace seadragon::exporter {
namespace {

using nvml::Result;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr milliseconds at_once{0};
constexpr auto driver_is_other_version = Result{18};
constexpr auto unknown_error = Result{999};

class NvmlTest : public testing::Test {
 protected:
  GpuReading read() { return nvml_.read(); }

  static std::string failure_of(Nvml& nvml) {
    try {
      return "only " + nvml.read().failure;
    } catch (const std::runtime_error& failure) {
      return failure.what();
    }
  }

  FakeGpus gpus_;
  Nvml nvml_{gpus_.library(), at_once};
};

TEST_F(NvmlTest, ReadsEveryGpuInBaseUnits) {
  const GpuReading reading = read();
  EXPECT_EQ(reading.failure, "");
  EXPECT_EQ(reading.driver, "550.54.15");
  ASSERT_EQ(reading.gpus.size(), 2U);
  const Gpu& gpu = reading.gpus.front();
  EXPECT_EQ(gpu.index, 0U);
  EXPECT_EQ(gpu.uuid, "GPU-aaaa");
  EXPECT_EQ(gpu.name, "NVIDIA A100-SXM4-80GB");
  EXPECT_EQ(gpu.utilization, 0.75);
  EXPECT_EQ(gpu.memory_total_bytes, 80'000'000'000U);
  EXPECT_EQ(gpu.memory_used_bytes, 60'000'000'000U);
  EXPECT_EQ(gpu.memory_reserved_bytes, 900'000'000U);
  EXPECT_EQ(gpu.power_watts, 312.5);
  EXPECT_EQ(gpu.power_limit_watts, 400);
  EXPECT_EQ(gpu.energy_joules, 5000.25);
  EXPECT_EQ(gpu.temperature_celsius, 64);
  EXPECT_EQ(gpu.corrected_errors, 3U);
  EXPECT_EQ(gpu.uncorrected_errors, 1U);
  EXPECT_EQ(reading.gpus.back().index, 1U);
  EXPECT_EQ(reading.gpus.back().uuid, "GPU-bbbb");
}

TEST_F(NvmlTest, MissesOnlyWhatAGpuDoesNotSupportOrThisUserMayNotAsk) {
  const auto known = [&] {
    const Gpu gpu = read().gpus.at(0);
    return std::vector<bool>{!gpu.uuid.empty(),
                             !gpu.name.empty(),
                             gpu.utilization.has_value(),
                             gpu.memory_total_bytes.has_value(),
                             gpu.power_watts.has_value(),
                             gpu.power_limit_watts.has_value(),
                             gpu.energy_joules.has_value(),
                             gpu.temperature_celsius.has_value(),
                             gpu.corrected_errors.has_value(),
                             gpu.processes.has_value()};
  };
  const std::vector<std::string> functions = {"nvmlDeviceGetUUID",
                                              "nvmlDeviceGetName",
                                              "nvmlDeviceGetUtilizationRates",
                                              "nvmlDeviceGetMemoryInfo",
                                              "nvmlDeviceGetPowerUsage",
                                              "nvmlDeviceGetEnforcedPowerLimit",
                                              "nvmlDeviceGetTotalEnergyConsumption",
                                              "nvmlDeviceGetTemperature",
                                              "nvmlDeviceGetTotalEccErrors",
                                              "nvmlDeviceGetComputeRunningProcesses"};
  std::vector<bool> all(functions.size(), true);
  EXPECT_EQ(known(), all);
  for (const Result result : {Result::not_supported, Result::no_permission}) {
    for (std::size_t i = 0; i < functions.size(); ++i) {
      gpus_->refused = {{functions[i], result}, {functions[i] + "_v2", result}};
      std::vector<bool> others = all;
      others[i] = false;
      EXPECT_EQ(known(), others) << functions[i];
      EXPECT_EQ(read().failure, "") << functions[i];
    }
  }
}

TEST_F(NvmlTest, CountsWhatIsReservedAsUsedWhereOnlyTheOldFunctionAnswers) {
  gpus_->refused = {{"nvmlDeviceGetMemoryInfo_v2", Result::not_supported}};
  const Gpu gpu = read().gpus.at(0);
  EXPECT_EQ(gpu.memory_used_bytes, 60'900'000'000U);
  EXPECT_EQ(gpu.memory_reserved_bytes, std::nullopt);
}

TEST_F(NvmlTest, MissesWhatAnOldLibraryLacks) {
  const FakeGpus old(SEADRAGON_FAKE_NVML_OLD);
  old[0].processes = {{.pid = 7, .used_bytes = 8, .gpu_instance = 0, .compute_instance = 0}};
  const GpuReading reading = Nvml(old.library(), at_once).read();
  EXPECT_EQ(reading.failure, "");
  const Gpu& gpu = reading.gpus.at(0);
  EXPECT_EQ(gpu.memory_used_bytes, 60'900'000'000U);
  EXPECT_EQ(gpu.temperature_celsius, 64);
  EXPECT_EQ(gpu.power_watts, std::nullopt);
  EXPECT_EQ(gpu.energy_joules, std::nullopt);
  ASSERT_EQ(gpu.processes->size(), 1U);
  EXPECT_EQ(gpu.processes->front().memory_bytes, 8U);
}

TEST_F(NvmlTest, TellsAFailureAndServesTheGpusOtherValues) {
  gpus_->refused = {{"nvmlDeviceGetPowerUsage", unknown_error}};
  const GpuReading reading = read();
  EXPECT_EQ(reading.failure, "GPU 0: Unknown Error; GPU 1: Unknown Error");
  ASSERT_EQ(reading.gpus.size(), 2U);
  EXPECT_EQ(reading.gpus.at(0).power_watts, std::nullopt);
  EXPECT_EQ(reading.gpus.at(0).temperature_celsius, 64);
}

TEST_F(NvmlTest, ReadsTheProcessesHoweverManyThereAre) {
  for (unsigned pid = 1; pid <= 40; ++pid) {
    gpus_[0].processes.push_back(
        {.pid = pid, .used_bytes = pid * 1000, .gpu_instance = 0, .compute_instance = 0});
  }
  gpus_[0].processes[4].used_bytes = nvml::not_available;
  const Gpu gpu = read().gpus.at(0);
  ASSERT_EQ(gpu.processes->size(), 40U);
  EXPECT_EQ(gpu.processes->at(39).pid, 40U);
  EXPECT_EQ(gpu.processes->at(39).memory_bytes, 40'000U);
  EXPECT_EQ(gpu.processes->at(4).memory_bytes, std::nullopt);
}

TEST_F(NvmlTest, GoesOnWithTheOthersWhenAGpuIsLostAndStartsAnewForIt) {
  gpus_[0].answer = Result::gpu_is_lost;
  const GpuReading reading = read();
  EXPECT_EQ(reading.failure, "GPU 0: GPU is lost");
  ASSERT_EQ(reading.gpus.size(), 1U);
  EXPECT_EQ(reading.gpus.front().uuid, "GPU-bbbb");

  gpus_[0].answer = Result::success;
  EXPECT_EQ(read().gpus.size(), 2U);
  EXPECT_EQ(gpus_->inits, 2);
  EXPECT_EQ(gpus_->shutdowns, 1);
  EXPECT_EQ(read().failure, "");
  EXPECT_EQ(gpus_->inits, 2);
}

TEST_F(NvmlTest, StartsAnewWhenTheDriverWasLoadedAgain) {
  read();
  gpus_->count = Result::uninitialized;
  EXPECT_EQ(failure_of(nvml_), gpus_.library() + ": Uninitialized");
  gpus_->count = Result::success;
  EXPECT_EQ(read().gpus.size(), 2U);
  EXPECT_EQ(gpus_->inits, 2);
}

TEST_F(NvmlTest, LeavesOutAGpuThatThisUserMayNotSee) {
  gpus_[0].handle = Result::no_permission;
  const GpuReading reading = read();
  EXPECT_EQ(reading.failure, "");
  ASSERT_EQ(reading.gpus.size(), 1U);
  EXPECT_EQ(reading.gpus.front().index, 1U);
}

TEST_F(NvmlTest, TellsAGpuThatCannotBeReached) {
  gpus_[1].handle = Result::gpu_is_lost;
  const GpuReading reading = read();
  EXPECT_EQ(reading.failure, "GPU 1: GPU is lost");
  EXPECT_EQ(reading.gpus.size(), 1U);
}

TEST_F(NvmlTest, SaysInTheDriversWordsWhyItDoesNotStartUntilItDoes) {
  gpus_->init = driver_is_other_version;
  const std::string failure = gpus_.library() + ": Driver/library version mismatch";
  EXPECT_EQ(failure_of(nvml_), failure);
  EXPECT_EQ(failure_of(nvml_), failure);
  EXPECT_EQ(gpus_->inits, 2);
  gpus_->init = Result::success;
  EXPECT_EQ(read().gpus.size(), 2U);
  EXPECT_EQ(gpus_->shutdowns, 0);
}

TEST_F(NvmlTest, DoesNotTryAgainBeforeItsTime) {
  Nvml nvml(gpus_.library(), hours(1));
  gpus_->init = Result::driver_not_loaded;
  const std::string failure = gpus_.library() + ": Driver Not Loaded";
  EXPECT_EQ(failure_of(nvml), failure);
  gpus_->init = Result::success;
  EXPECT_EQ(failure_of(nvml), failure);
  EXPECT_EQ(gpus_->inits, 1);
}

TEST_F(NvmlTest, KeepsReadingTheOthersUntilItIsTimeToStartAnew) {
  Nvml nvml(gpus_.library(), hours(1));
  gpus_[0].answer = Result::gpu_is_lost;
  for (int scrape = 0; scrape < 3; ++scrape) EXPECT_EQ(nvml.read().gpus.size(), 1U);
  EXPECT_EQ(gpus_->inits, 1);
}

TEST_F(NvmlTest, HasNoGpusAndNoFailureWithoutTheLibrary) {
  Nvml nvml("/no/such/libnvidia-ml.so.1", at_once);
  EXPECT_TRUE(nvml.read().gpus.empty());
  EXPECT_EQ(nvml.read().failure, "");
}

TEST_F(NvmlTest, FailsWithALibraryThatIsAnother) {
  Nvml nvml("libm.so.6", at_once);
  EXPECT_EQ(failure_of(nvml), "libm.so.6: error 13");
}

TEST_F(NvmlTest, ShutsDownWhatItStarted) {
  {
    Nvml nvml(gpus_.library(), at_once);
    nvml.read();
    EXPECT_EQ(gpus_->shutdowns, 0);
  }
  EXPECT_EQ(gpus_->inits, 1);
  EXPECT_EQ(gpus_->shutdowns, 1);
}

}  // namespace
}  // namespace seadragon::exporter
