/// What a Monitor is made of.
#pragma once

#include <memory>
#include <mutex>

#include "lib/src/client_address.h"
#include "lib/src/generation_series.h"
#include "lib/src/http_series.h"
#include "lib/src/ledgers.h"
#include "lib/src/log_writer.h"
#include "lib/src/usage_series.h"
#include "seadragon/monitoring/endpoint.h"
#include "seadragon/monitoring/exposition.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::detail {

/// Destroyed from the last to the first: the endpoint reads everything above it.
struct MonitorParts {
  explicit MonitorParts(const MonitorOptions& options);

  Registry registry;
  Exposition page;
  LogWriter log;
  HttpSeries http;
  Models models;
  SeriesFamily& kv_cache_usages;
  const bool standard_names;
  Ledgers ledgers;
  Usages usages;
  const TrustedProxies trusted_proxies;
  std::mutex mutex;  // for the member below, and to add a standard gauge once
  bool ready = true;
  std::unique_ptr<Endpoint> endpoint;
};

}  // namespace seadragon::monitoring::detail
