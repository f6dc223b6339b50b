/// Two GPUs that belong to no machine, for tests of what reads GPUs.
#pragma once

#include <stdexcept>
#include <string>

#include <dlfcn.h>

#include "tests/exporter/fake_nvml.h"

namespace seadragon::exporter {

/// Keeps a fake library loaded, and what it answers with it.
class FakeGpus {
 public:
  explicit FakeGpus(std::string library = SEADRAGON_FAKE_NVML) : library_(std::move(library)) {
    handle_ = ::dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) throw std::runtime_error(::dlerror());
    nvml_ = reinterpret_cast<decltype(&fake_nvml)>(::dlsym(handle_, "fake_nvml"))();
    nvml_->init = nvml_->count = nvml::Result::success;
    nvml_->refused.clear();
    nvml_->inits = nvml_->shutdowns = 0;
    nvml_->gpus = {{.uuid = "GPU-aaaa",
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
  ~FakeGpus() {
    nvml_->hang(false);
    ::dlclose(handle_);
  }
  FakeGpus(const FakeGpus&) = delete;
  FakeGpus& operator=(const FakeGpus&) = delete;

  const std::string& library() const { return library_; }
  FakeNvml* operator->() const { return nvml_; }
  FakeGpu& operator[](std::size_t index) const { return nvml_->gpus.at(index); }

 private:
  std::string library_;
  void* handle_;
  FakeNvml* nvml_;
};

}  // namespace seadragon::exporter
