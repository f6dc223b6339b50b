#include "exporter/answer_counts.h"

#include <string>

#include "lib/src/catalog.h"

namespace seadragon::exporter {

using monitoring::metric;

void AnswerCounts::count(int status, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  ++by_status_[status];
  bytes_ += bytes;
}

void AnswerCounts::add_to(monitoring::Samples& samples) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [status, answers] : by_status_) {
    samples.add(metric("seadragon_exporter_requests_total"), static_cast<double>(answers),
                {std::to_string(status)});
  }
  samples.add(metric("seadragon_exporter_response_bytes_total"), static_cast<double>(bytes_));
}

}  // namespace seadragon::exporter
