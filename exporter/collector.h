/// The one extension point of the exporter.
#pragma once

#include <string_view>

#include <seadragon/monitoring/endpoint.h>

#include "lib/src/samples.h"

namespace seadragon::exporter {

/// One source of samples. A scrape calls every collector once, one after the other.
class Collector {
 public:
  Collector() = default;
  virtual ~Collector() = default;
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Label value of seadragon_exporter_collector_success; also the name of its switch. Of static
  /// storage duration.
  virtual std::string_view name() const = 0;

  /// Adds this collector's samples. Must return well before `scrape.deadline`.
  ///
  /// Throwing fails only this collector: the exporter logs the message when the failure begins and
  /// reports success 0 for name(). What was added before stays, so add when all is known.
  virtual void collect(monitoring::Samples& samples, const monitoring::Scrape& scrape) = 0;
};

}  // namespace seadragon::exporter
