#include "lib/src/standard_names.h"

#include <string_view>

namespace seadragon::monitoring::detail {
namespace {

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

/// method as http_request_method, route as http_route
std::string labels_of(const MetricAlias& alias) {
  std::string text;
  const MetricSpec* spec = nullptr;
  for (const MetricSpec& entry : catalog) {
    if (entry.name == alias.of) spec = &entry;
  }
  const std::string_view* ours = spec->labels.begin();
  for (const std::string_view theirs : alias.labels) {
    if (!text.empty()) text += ", ";
    text += quoted(*ours++) + " as " + quoted(theirs);
  }
  return text;
}

}  // namespace

std::string standard_names_page() {
  std::string page = R"(# Standard names

With `MonitorOptions::standard_names` the page of the library shows some of its metrics a second
time, under names that other tools look for. They are the same series, read a moment later; the
dashboards, views and alerts of this project use none of them. This page is printed from `lib/src/standard_names.h`;
change it there, then `UPDATE_GOLDEN=1 build/bin/catalog_test`.

## OpenTelemetry

Names of the semantic conventions for HTTP servers and for generative AI, as Prometheus spells them.

| name | the same as | labels |
|---|---|---|
)";
  for (const MetricAlias& alias : standard_names) {
    page +=
        "| " + quoted(alias.name) + " | " + quoted(alias.of) + " | " + labels_of(alias) + " |\n";
  }
  page += R"(
What differs from the conventions:

- Buckets are ours: those of the conventions end at 10 s, where a stream has hardly begun.
- Attributes that we do not keep per series are left out: `url.scheme`,
  `http.response.status_code` and `error.type` of a duration (statuses are in
  `seadragon_http_requests_total`, outcomes in `seadragon_http_outcomes_total` and
  `seadragon_queue_finished_total`), `gen_ai.operation.name`, `gen_ai.provider.name`.
- A request duration and a time per output token are those of requests that completed; a time to
  first token is that of every request that had one.
- A method that is no known one reads `other`, not `_OTHER`; a request without a route has
  `unmatched` for it rather than no label.
- `gen_ai.client.*` are measured by clients, so a server has none of them. Its tokens are in
  `seadragon_generation_tokens_total`.

## Inference gateways

The gauges that the model server protocol of the Kubernetes Gateway API Inference Extension asks of
a server. They have no labels; the protocol leaves their names to the server, so the endpoint
picker, or an autoscaler such as KEDA, has to be told these.

| name | what it is |
|---|---|
)";
  for (const StandardGauge* gauge :
       {&total_queued_requests, &total_running_requests, &kv_cache_utilization}) {
    page += "| " + quoted(gauge->name) + " | " + std::string(gauge->help) + " Of " +
            quoted(gauge->of) + ". |\n";
  }
  page += R"(
`KVCacheUtilization` is there from the moment that the server first calls `Monitor::kv_cache_usage(model)`,
with 0 until it sets a value; the others from the start.
)";
  return page;
}

}  // namespace seadragon::monitoring::detail
