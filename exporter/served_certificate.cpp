#include "exporter/served_certificate.h"

#include "lib/src/catalog.h"

namespace seadragon::exporter {

using std::chrono::system_clock;

void ServedCertificate::renew(system_clock::time_point expiry) { expiry_ = expiry; }

void ServedCertificate::add_to(monitoring::Samples& samples) const {
  const system_clock::time_point expiry = expiry_;
  if (expiry == none) return;
  samples.add(monitoring::metric("seadragon_exporter_certificate_expiry_timestamp_seconds"),
              static_cast<double>(system_clock::to_time_t(expiry)));
}

}  // namespace seadragon::exporter
