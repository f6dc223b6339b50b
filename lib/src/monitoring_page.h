/// What the families of a Registry say about themselves: seadragon_monitoring_*.
#pragma once

#include <span>

#include "lib/src/cell_store.h"
#include "lib/src/page_writer.h"
#include "lib/src/series_family.h"

namespace seadragon::monitoring::detail {

/// Adds how many series each of them has, how often a cap was met, and what histograms dropped.
/// `families` outlive the page.
void collect_monitoring(std::span<const SeriesFamily* const> families, const CellReader& cells,
                        PageFamilies& page);

}  // namespace seadragon::monitoring::detail
