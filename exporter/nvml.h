/// What NVIDIA's GPUs say about themselves.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace seadragon::exporter {

struct GpuProcess {
  std::uint64_t pid;
  std::optional<std::uint64_t> memory_bytes;  ///< nullopt when the driver does not tell.
};

/// One GPU at one moment. What it does not support, or this user may not ask, is missing.
struct Gpu {
  unsigned index;          ///< In the order of the PCI bus, the same while the driver is loaded.
  std::string uuid, name;  ///< "" when missing.

  /// Share of the driver's last sample, 1/6 s to 1 s, in which anything at all ran; 0 to 1.
  std::optional<double> utilization;

  std::optional<std::uint64_t> memory_total_bytes;
  std::optional<std::uint64_t> memory_used_bytes;  ///< With what is reserved where that is missing.
  std::optional<std::uint64_t> memory_reserved_bytes;  ///< By driver and firmware.

  std::optional<double> power_watts;
  std::optional<double> power_limit_watts;  ///< The one in force, the least of all.
  std::optional<double> energy_joules;      ///< Since the driver was loaded.
  std::optional<double> temperature_celsius;

  /// Errors of its memories since it was made: those since the driver was loaded would begin at 0
  /// again, and lose what a crash was about. Missing without ECC.
  std::optional<std::uint64_t> corrected_errors, uncorrected_errors;

  std::optional<std::vector<GpuProcess>> processes;  ///< Those that compute.
};

struct GpuReading {
  std::string driver;  ///< Its version; "" when missing.
  std::vector<Gpu> gpus;

  /// What failed, of GPUs that are missing and of values; "" when nothing did.
  std::string failure;
};

/// The driver's library, NVML. One thread at a time; a call may hang as long as the driver does.
///
/// While it is in use the kernel cannot unload the driver.
class Nvml {
 public:
  /// `library`: as dlopen(3) takes it. `retry_after`: how long after an attempt to load it the next
  /// one is made, when it is missing, does not start or has lost a GPU.
  Nvml(std::string library, std::chrono::milliseconds retry_after);
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  /// Every GPU that this user may see; none, and no failure, where there is no such library. Throws
  /// std::runtime_error, with NVML's own words, when it does not start (no driver, another version)
  /// or cannot say how many GPUs there are.
  GpuReading read();

 private:
  class Session;
  void open();

  const std::string library_;
  const std::chrono::milliseconds retry_after_;
  std::chrono::steady_clock::time_point retry_at_;
  std::unique_ptr<Session> session_;
  std::string failure_;  ///< Why there is no session; "" when the library is missing.
};

}  // namespace seadragon::exporter
