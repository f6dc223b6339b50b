/// The gauges of standard_names.h that no single series gives.
#pragma once

#include "lib/src/families.h"
#include "lib/src/ledgers.h"

namespace seadragon::monitoring::detail {

/// TotalQueuedRequests and TotalRunningRequests; takes the name of KVCacheUtilization too.
/// `ledgers` outlive the families' last scrape.
void expose_totals(Families& families, const Ledgers& ledgers);

/// KVCacheUtilization, once a model has its gauge in `usages`, which is one of the families. The
/// second call changes nothing.
void expose_kv_cache_utilization(Families& families, const SeriesFamily& usages);

}  // namespace seadragon::monitoring::detail
