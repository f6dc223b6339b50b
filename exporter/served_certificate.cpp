#include "exporter/served_certificate.h"

#include "lib/src/catalog.h"

namespace seadragon::exporter {

using std::chrono::sys_seconds;

void ServedCertificate::renew(sys_seconds expiry) { expiry_ = expiry; }

void ServedCertificate::add_to(monitoring::Samples& samples) const {
  const sys_seconds expiry = expiry_;
  if (expiry == none) return;
  samples.add(monitoring::metric("seadragon_exporter_certificate_expiry_timestamp_seconds"),
              static_cast<double>(expiry.time_since_epoch().count()));
}

}  // namespace seadragon::exporter
