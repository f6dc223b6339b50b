/// The functions of NVML that nvml.cpp calls, looked up in the driver's library.
#pragma once

#include <dlfcn.h>

#include "exporter/nvml_abi.h"

namespace seadragon::exporter::nvml {

/// The functions that are called, of a library that dlopen(3) returned; null where it lacks them.
class Functions {
 public:
  explicit Functions(void* library) : library_(library) {
    resolve(init, "nvmlInit_v2");
    resolve(shutdown, "nvmlShutdown");
    resolve(error_string, "nvmlErrorString");
    resolve(driver_version, "nvmlSystemGetDriverVersion");
    resolve(count, "nvmlDeviceGetCount_v2");
    resolve(device, "nvmlDeviceGetHandleByIndex_v2");
    resolve(uuid, "nvmlDeviceGetUUID");
    resolve(name, "nvmlDeviceGetName");
    resolve(utilization, "nvmlDeviceGetUtilizationRates");
    resolve(memory, "nvmlDeviceGetMemoryInfo");
    resolve(memory_v2, "nvmlDeviceGetMemoryInfo_v2");
    resolve(power, "nvmlDeviceGetPowerUsage");
    resolve(power_limit, "nvmlDeviceGetEnforcedPowerLimit");
    resolve(energy, "nvmlDeviceGetTotalEnergyConsumption");
    resolve(temperature, "nvmlDeviceGetTemperature");
    resolve(memory_errors, "nvmlDeviceGetTotalEccErrors");
    // Not _v3 first, which tells the same: early drivers 535 fill in larger entries than it says
    // (nvitop#79).
    resolve(processes, "nvmlDeviceGetComputeRunningProcesses_v2");
    if (processes == nullptr) resolve(processes, "nvmlDeviceGetComputeRunningProcesses_v3");
  }

  Result (*init)();
  Result (*shutdown)();
  const char* (*error_string)(Result);
  Result (*driver_version)(char*, unsigned);
  Result (*count)(unsigned*);
  Result (*device)(unsigned, Device*);
  Result (*uuid)(Device, char*, unsigned);
  Result (*name)(Device, char*, unsigned);
  Result (*utilization)(Device, Utilization*);
  Result (*memory)(Device, Memory*);
  Result (*memory_v2)(Device, MemoryV2*);
  Result (*power)(Device, unsigned*);             // milliwatts
  Result (*power_limit)(Device, unsigned*);       // milliwatts
  Result (*energy)(Device, unsigned long long*);  // millijoules
  Result (*temperature)(Device, int, unsigned*);
  Result (*memory_errors)(Device, MemoryError, ErrorCounter, unsigned long long*);
  Result (*processes)(Device, unsigned*, Process*);

 private:
  template <class Function>
  void resolve(Function*& function, const char* symbol) {
    function = reinterpret_cast<Function*>(::dlsym(library_, symbol));
  }

  void* library_;
};

/// What it returns, or Result::function_not_found where it is null.
template <class Function, class... Arguments>
Result call(Function* function, Arguments... arguments) {
  return function == nullptr ? Result::function_not_found : function(arguments...);
}

}  // namespace seadragon::exporter::nvml
