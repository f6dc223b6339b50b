/// The gauges of standard_names.h that no single series gives.
#pragma once

#include "lib/src/families.h"
#include "lib/src/ledgers.h"

namespace seadragon::monitoring::detail {

/// TotalQueuedRequests and TotalRunningRequests. `ledgers` outlive the families' last scrape.
void expose_totals(Families& families, const Ledgers& ledgers);

/// KVCacheUtilization, once a model has its gauge. The second call changes nothing.
void expose_kv_cache_utilization(Families& families);

}  // namespace seadragon::monitoring::detail
