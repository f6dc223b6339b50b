/// A machine's GPUs as tests want them: what the library that fake_nvml.cpp makes will answer.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "exporter/nvml_abi.h"

namespace seadragon::exporter {

/// As the API has them: per cent, milliwatts, millijoules.
struct FakeGpu {
  std::string uuid, name;
  nvml::Result handle = nvml::Result::success;  ///< What asking for the GPU itself yields.
  nvml::Result answer = nvml::Result::success;  ///< What asking it for anything yields.
  unsigned utilization = 0;
  unsigned long long memory_total = 0, memory_used = 0, memory_reserved = 0;
  unsigned power = 0, power_limit = 0, temperature = 0;
  unsigned long long energy = 0, corrected_errors = 0, uncorrected_errors = 0;
  std::vector<nvml::Process> processes = {};
};

/// One that is at work and one that is idle.
inline std::vector<FakeGpu> two_gpus() {
  return {{.uuid = "GPU-aaaa",
           .name = "NVIDIA A100-SXM4-80GB",
           .utilization = 75,
           .memory_total = 80'000'000'000,
           .memory_used = 60'000'000'000,
           .memory_reserved = 900'000'000,
           .power = 312'500,
           .power_limit = 400'000,
           .temperature = 64,
           .energy = 5'000'250,
           .corrected_errors = 3,
           .uncorrected_errors = 1},
          {.uuid = "GPU-bbbb",
           .name = "NVIDIA T4",
           .utilization = 0,
           .memory_total = 16'000'000'000,
           .power = 10'000,
           .power_limit = 70'000,
           .temperature = 30}};
}

struct FakeNvml {
  nvml::Result init = nvml::Result::success;
  nvml::Result count = nvml::Result::success;
  std::map<std::string, nvml::Result> refused;  ///< By the name of the function, for all GPUs.
  std::vector<FakeGpu> gpus;
  int inits = 0, shutdowns = 0;

  /// While it hangs no function returns that asks a GPU for its utilization.
  void hang(bool is_hanging) {
    {
      const std::lock_guard lock(mutex);
      hangs = is_hanging;
    }
    changed.notify_all();
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool hangs = false;
};

}  // namespace seadragon::exporter

/// Exported by the library; the same one while it is loaded.
extern "C" seadragon::exporter::FakeNvml* fake_nvml();
