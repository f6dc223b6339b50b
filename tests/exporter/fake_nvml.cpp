// Stands in for libnvidia-ml.so.1: the functions that the exporter looks up, answered from a
// FakeNvml. With FAKE_NVML_OLD it is as old as it may be. A process that knows nothing of FakeNvml
// finds two GPUs where its environment has FAKE_GPUS.

#include "tests/exporter/fake_nvml.h"

#include <algorithm>
#include <cstdlib>

using seadragon::exporter::FakeGpu;
using seadragon::exporter::FakeNvml;
using seadragon::exporter::two_gpus;
using namespace seadragon::exporter::nvml;

namespace {

FakeNvml& fake() {
  static FakeNvml state;
  return state;
}

Result answer_of(Device device, const char* function) {
  const auto refused = fake().refused.find(function);
  if (refused != fake().refused.end()) return refused->second;
  return reinterpret_cast<FakeGpu*>(device)->answer;
}

/// Copies a number of the GPU to where the caller wants it.
template <class Number, class Value>
Result tell(Device device, const char* function, Number FakeGpu::*number, Value* value) {
  const Result answer = answer_of(device, function);
  if (answer == Result::success) *value = reinterpret_cast<FakeGpu*>(device)->*number;
  return answer;
}

Result tell(const std::string& text, char* buffer, unsigned size) {
  if (text.size() >= size) return Result::insufficient_size;
  *std::ranges::copy(text, buffer).out = '\0';
  return Result::success;
}

}  // namespace

extern "C" {

FakeNvml* fake_nvml() { return &fake(); }

Result nvmlInit_v2() {
  ++fake().inits;
  if (std::getenv("FAKE_GPUS") != nullptr) fake().gpus = two_gpus();
  return fake().init;
}

Result nvmlShutdown() {
  ++fake().shutdowns;
  return Result::success;
}

const char* nvmlErrorString(Result result) {
  switch (static_cast<int>(result)) {
    case 1:
      return "Uninitialized";
    case 9:
      return "Driver Not Loaded";
    case 15:
      return "GPU is lost";
    case 18:
      return "Driver/library version mismatch";
    default:
      return "Unknown Error";
  }
}

Result nvmlSystemGetDriverVersion(char* version, unsigned size) {
  return tell("550.54.15", version, size);
}

Result nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(fake().gpus.size());
  return fake().count;
}

Result nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  FakeGpu& gpu = fake().gpus.at(index);
  *device = reinterpret_cast<Device>(&gpu);
  return gpu.handle;
}

Result nvmlDeviceGetUUID(Device device, char* uuid, unsigned size) {
  const Result answer = answer_of(device, "nvmlDeviceGetUUID");
  if (answer != Result::success) return answer;
  return tell(reinterpret_cast<FakeGpu*>(device)->uuid, uuid, size);
}

Result nvmlDeviceGetName(Device device, char* name, unsigned size) {
  const Result answer = answer_of(device, "nvmlDeviceGetName");
  if (answer != Result::success) return answer;
  return tell(reinterpret_cast<FakeGpu*>(device)->name, name, size);
}

Result nvmlDeviceGetUtilizationRates(Device device, Utilization* utilization) {
  {
    std::unique_lock lock(fake().mutex);
    fake().changed.wait(lock, [] { return !fake().hangs; });
  }
  utilization->memory = 99;
  return tell(device, "nvmlDeviceGetUtilizationRates", &FakeGpu::utilization, &utilization->gpu);
}

Result nvmlDeviceGetMemoryInfo(Device device, Memory* memory) {
  const auto& gpu = *reinterpret_cast<FakeGpu*>(device);
  memory->used = gpu.memory_used + gpu.memory_reserved;
  memory->free = gpu.memory_total - memory->used;
  return tell(device, "nvmlDeviceGetMemoryInfo", &FakeGpu::memory_total, &memory->total);
}

Result nvmlDeviceGetTemperature(Device device, int sensor, unsigned* celsius) {
  if (sensor != temperature_of_gpu) return Result::not_supported;
  return tell(device, "nvmlDeviceGetTemperature", &FakeGpu::temperature, celsius);
}

Result nvmlDeviceGetComputeRunningProcesses_v3(Device device, unsigned* count, Process* processes) {
  const Result answer = answer_of(device, "nvmlDeviceGetComputeRunningProcesses");
  if (answer != Result::success) return answer;
  const auto& found = reinterpret_cast<FakeGpu*>(device)->processes;
  const bool fits = found.size() <= *count;
  *count = static_cast<unsigned>(found.size());
  if (fits) std::ranges::copy(found, processes);
  return fits ? Result::success : Result::insufficient_size;
}

#ifndef FAKE_NVML_OLD

Result nvmlDeviceGetMemoryInfo_v2(Device device, MemoryV2* memory) {
  constexpr auto version_mismatch = Result{25};
  if (memory->version != 0x02000028) return version_mismatch;
  const auto& gpu = *reinterpret_cast<FakeGpu*>(device);
  memory->used = gpu.memory_used;
  memory->reserved = gpu.memory_reserved;
  memory->free = gpu.memory_total - gpu.memory_used - gpu.memory_reserved;
  return tell(device, "nvmlDeviceGetMemoryInfo_v2", &FakeGpu::memory_total, &memory->total);
}

Result nvmlDeviceGetComputeRunningProcesses_v2(Device device, unsigned* count, Process* processes) {
  return nvmlDeviceGetComputeRunningProcesses_v3(device, count, processes);
}

Result nvmlDeviceGetPowerUsage(Device device, unsigned* milliwatts) {
  return tell(device, "nvmlDeviceGetPowerUsage", &FakeGpu::power, milliwatts);
}

Result nvmlDeviceGetEnforcedPowerLimit(Device device, unsigned* milliwatts) {
  return tell(device, "nvmlDeviceGetEnforcedPowerLimit", &FakeGpu::power_limit, milliwatts);
}

Result nvmlDeviceGetTotalEnergyConsumption(Device device, unsigned long long* millijoules) {
  return tell(device, "nvmlDeviceGetTotalEnergyConsumption", &FakeGpu::energy, millijoules);
}

Result nvmlDeviceGetTotalEccErrors(Device device, MemoryError kind, ErrorCounter counter,
                                   unsigned long long* count) {
  const auto member =
      kind == MemoryError::corrected ? &FakeGpu::corrected_errors : &FakeGpu::uncorrected_errors;
  const Result answer = tell(device, "nvmlDeviceGetTotalEccErrors", member, count);
  if (counter == ErrorCounter::since_load) *count = 0;
  return answer;
}

#endif

}  // extern "C"
