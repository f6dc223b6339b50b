/// When the certificate expires that the exporter's endpoint serves.
#pragma once

#include <atomic>
#include <chrono>

#include "lib/src/samples.h"

namespace seadragon::exporter {

/// Any thread. Without TLS there is none.
class ServedCertificate {
 public:
  void renew(std::chrono::system_clock::time_point expiry);
  void add_to(monitoring::Samples& samples) const;

 private:
  static constexpr std::chrono::system_clock::time_point none{};

  std::atomic<std::chrono::system_clock::time_point> expiry_ = none;
};

}  // namespace seadragon::exporter
