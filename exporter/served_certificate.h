/// When the certificate expires that the exporter's endpoint serves.
#pragma once

#include <atomic>
#include <chrono>

#include "lib/src/samples.h"

namespace seadragon::exporter {

/// Any thread. Without TLS there is none.
class ServedCertificate {
 public:
  void renew(std::chrono::sys_seconds expiry);
  void add_to(monitoring::Samples& samples) const;

 private:
  static constexpr std::chrono::sys_seconds none{};

  std::atomic<std::chrono::sys_seconds> expiry_ = none;
};

}  // namespace seadragon::exporter
