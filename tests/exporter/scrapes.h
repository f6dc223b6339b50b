/// Scrapes as a scraper would ask for them.
#pragma once

#include <chrono>
#include <string>

#include <seadragon/monitoring/endpoint.h>

#include "exporter/collector.h"

namespace seadragon::exporter {

inline monitoring::Scrape scrape_within(std::chrono::milliseconds time) {
  return {.deadline = std::chrono::steady_clock::now() + time};
}

inline monitoring::Scrape patient_scrape() { return scrape_within(std::chrono::seconds(10)); }

/// What one collector adds to a page.
inline std::string page_of(Collector& collector) {
  monitoring::Samples samples;
  collector.collect(samples, patient_scrape());
  return samples.text();
}

}  // namespace seadragon::exporter
