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
    nvml_->gpus = two_gpus();
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
