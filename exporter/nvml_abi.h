/// The part of NVML's C interface that nvml.cpp calls, by names of ours. It is small and stable:
/// functions and structures that change get a new suffix, and the old ones stay. Source: NVIDIA's
/// NVML API Reference Guide (docs.nvidia.com/deploy/nvml-api).
#pragma once

namespace seadragon::exporter::nvml {

/// nvmlReturn_t; those that are told apart. nvmlErrorString has words for all.
enum class Result : int {
  success = 0,
  uninitialized = 1,
  not_supported = 3,
  no_permission = 4,
  insufficient_size = 7,
  driver_not_loaded = 9,
  function_not_found = 13,
  gpu_is_lost = 15,
};

using Device = struct OpaqueDevice*;  ///< nvmlDevice_t

/// nvmlUtilization_t, in per cent.
struct Utilization {
  unsigned gpu;
  unsigned memory;  ///< Of the time, not of the bytes.
};

/// nvmlMemory_t, in bytes. What is reserved is within used.
struct Memory {
  unsigned long long total, free, used;
};

/// nvmlMemory_v2_t, in bytes. total = reserved + used + free.
struct MemoryV2 {
  unsigned version;  ///< memory_v2, set by the caller.
  unsigned long long total, reserved, free, used;
};
inline constexpr unsigned memory_v2 = sizeof(MemoryV2) | (2U << 24);

/// nvmlProcessInfo_v2_t
struct Process {
  unsigned pid;
  unsigned long long used_bytes;  ///< Or not_available.
  unsigned gpu_instance, compute_instance;
};
inline constexpr unsigned long long not_available = ~0ULL;

inline constexpr int temperature_of_gpu = 0;  ///< nvmlTemperatureSensors_t

enum class MemoryError : int { corrected = 0, uncorrected = 1 };  ///< nvmlMemoryErrorType_t
enum class ErrorCounter : int { since_load = 0, lifetime = 1 };   ///< nvmlEccCounterType_t

inline constexpr unsigned text_bytes = 96;  ///< Holds every name, UUID and version.

static_assert(sizeof(Memory) == 24 && sizeof(MemoryV2) == 40 && sizeof(Process) == 24);

}  // namespace seadragon::exporter::nvml
