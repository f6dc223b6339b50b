/// Names that other tools know, for what the catalog defines.
///
/// Those of the OpenTelemetry semantic conventions for HTTP servers and generative AI, as
/// Prometheus spells them, and the gauges that the model server protocol of the Kubernetes Gateway
/// API Inference Extension asks for. docs/standard-names.md is printed from here.
#pragma once

#include <string>

#include "lib/src/alias_page.h"
#include "lib/src/catalog.h"

namespace seadragon::monitoring::detail {

inline constexpr MetricAlias standard_names[] = {
    {.name = "http_server_request_duration_seconds",
     .of = metric("seadragon_http_request_duration_seconds").name,
     .help = "Duration of HTTP server requests.",
     .labels = {"http_request_method", "http_route"}},
    {.name = "http_server_active_requests",
     .of = metric("seadragon_http_requests_in_flight").name,
     .help = "Number of active HTTP server requests."},
    {.name = "gen_ai_server_request_duration_seconds",
     .of = metric("seadragon_generation_duration_seconds").name,
     .help =
         "Generative AI server request duration such as time-to-last byte or last output token.",
     .labels = {"gen_ai_request_model"}},
    {.name = "gen_ai_server_time_to_first_token_seconds",
     .of = metric("seadragon_generation_time_to_first_token_seconds").name,
     .help = "Time to generate first token.",
     .labels = {"gen_ai_request_model"}},
    {.name = "gen_ai_server_time_per_output_token_seconds",
     .of = metric("seadragon_generation_time_per_output_token_seconds").name,
     .help = "Time per output token generated after the first token for successful responses.",
     .labels = {"gen_ai_request_model"}},
};

/// A gauge over all series of one of the catalog's.
struct StandardGauge {
  std::string_view name;
  std::string_view of;
  std::string_view help;
};
inline constexpr StandardGauge total_queued_requests = {
    .name = "TotalQueuedRequests",
    .of = metric("seadragon_queue_length").name,
    .help = "Requests waiting now, all queues together."};
inline constexpr StandardGauge total_running_requests = {
    .name = "TotalRunningRequests",
    .of = metric("seadragon_queue_active_requests").name,
    .help = "Requests being processed now, all queues together."};
inline constexpr StandardGauge kv_cache_utilization = {
    .name = "KVCacheUtilization",
    .of = metric("seadragon_generation_kv_cache_usage_ratio").name,
    .help = "Share of the key-value cache in use, 0 to 1; the mean of all models."};

/// The page of the documentation.
std::string standard_names_page();

}  // namespace seadragon::monitoring::detail
