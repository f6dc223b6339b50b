/// For a collector that may hang: its scrape does not.
#pragma once

#include <chrono>
#include <memory>

#include "exporter/collector.h"

namespace seadragon::exporter {

/// Runs a collector on a thread of its own. A file system of the network whose server is gone, or
/// the driver of a GPU, can hold a thread for minutes, and nothing can take it back; so the scrape
/// goes on without it, and it fails until it answers.
///
/// It may take as long as `limit`, and never so long that the scrape would be late. One that still
/// hangs at the end keeps its thread and its memory until the process ends.
std::unique_ptr<Collector> on_own_thread(std::unique_ptr<Collector> collector,
                                         std::chrono::milliseconds limit);

}  // namespace seadragon::exporter
