/// The metric catalog: every metric Seadragon exposes, defined once.
///
/// Code registers from it, docs/metrics.md is printed from it, and tests/agreement_test.cpp checks
/// that views, alert rules and dashboards use nothing else. To add a metric, add one entry below;
/// catalog.cpp holds it to the naming rules at compile time.
#pragma once

#include "lib/src/metric_spec.h"

namespace seadragon::monitoring {

// One layout per purpose. The top bound exceeds the longest request a server should accept, and
// what an SLO is likely to name (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60 s) is always a bound.
// A changed layout splits every stored histogram: never without a line in CHANGELOG.md.

/// Whole requests and waits: 5 ms to 10 minutes.
inline constexpr double request_seconds[] = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5,
                                             0.75,  1,    1.5,   2.5,  5,     7.5, 10,   15,   20,
                                             30,    45,   60,    90,   120,   180, 300,  600};

/// Until the first token or byte: 1 ms to 160 s.
inline constexpr double first_token_seconds[] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5,
    0.75,  1,      1.5,   2.5,  5,     7.5,  10,    20,  40,   80,   160};

/// Between two tokens: 1 ms to 10 s.
inline constexpr double inter_token_seconds[] = {
    0.001, 0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05,
    0.06,  0.08,  0.1,   0.15,  0.2,   0.4,  0.6,   0.8,  1,     2.5,  5,    10};

inline constexpr MetricSpec catalog[] = {
    // http: what a client of the server's API saw.
    {.name = "seadragon_http_requests_total",
     .type = MetricType::counter,
     .help = "HTTP requests that ended, by the status that was sent.",
     .labels = {"method", "route", "status"}},
    {.name = "seadragon_http_request_duration_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time from the parsed request head to the last byte of the response body.",
     .labels = {"method", "route"},
     .buckets = request_seconds,
     .exemplar_label = "request_id"},
    {.name = "seadragon_http_time_to_first_byte_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time from the parsed request head to the first byte of the response body, or to its "
             "head where there is no body.",
     .labels = {"route"},
     .buckets = first_token_seconds},
    {.name = "seadragon_http_requests_in_flight",
     .type = MetricType::gauge,
     .help = "HTTP requests that began and have not ended, streams included."},
    {.name = "seadragon_http_outcomes_total",
     .type = MetricType::counter,
     .help = "HTTP requests that ended, by how: completed, client_abort, server_abort or error.",
     .labels = {"route", "outcome"}},
    {.name = "seadragon_http_request_bytes_total",
     .type = MetricType::counter,
     .unit = Unit::bytes,
     .help = "Bytes of request bodies received.",
     .labels = {"route"}},
    {.name = "seadragon_http_response_bytes_total",
     .type = MetricType::counter,
     .unit = Unit::bytes,
     .help = "Bytes of response bodies as they were sent; of streams, before compression.",
     .labels = {"route"}},

    {.name = "seadragon_http_connections_waiting",
     .type = MetricType::gauge,
     .help = "Connections accepted that no thread of the server has taken yet."},
    {.name = "seadragon_http_connection_wait_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time from accepting a connection until a thread of the server took it; no request's "
             "duration shows it.",
     .buckets = request_seconds},
    {.name = "seadragon_http_connections_refused_total",
     .type = MetricType::counter,
     .help = "Connections closed because no thread took them: the server's pool was full."},

    // queue: the ledger of admitted work. received = finished + length + active_requests, always.
    {.name = "seadragon_queue_received_total",
     .type = MetricType::counter,
     .help = "Requests that asked for a place in the queue, the rejected ones included.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_finished_total",
     .type = MetricType::counter,
     .help = "Requests that left the queue, each with exactly one outcome.",
     .labels = {"queue", "outcome"}},
    {.name = "seadragon_queue_requeued_total",
     .type = MetricType::counter,
     .help = "Times that a request in processing was sent back to wait: deferred or preempted.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_length",
     .type = MetricType::gauge,
     .help = "Requests waiting now.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_capacity",
     .type = MetricType::gauge,
     .help = "Requests that may wait before new ones are rejected.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_active_requests",
     .type = MetricType::gauge,
     .help = "Requests being processed now.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_active_requests_by_age",
     .type = MetricType::gauge,
     .help = "Those of them whose processing began so long ago: 0-10s, 10s-1m, 1m-10m, 10m-1h, "
             "1h+.",
     .labels = {"queue", "age"}},
    {.name = "seadragon_queue_slots",
     .type = MetricType::gauge,
     .help = "Requests that can be processed at once.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_oldest_wait_seconds",
     .type = MetricType::gauge,
     .unit = Unit::seconds,
     .help = "How long the request that has waited longest has been waiting; 0 when none waits.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_oldest_active_seconds",
     .type = MetricType::gauge,
     .unit = Unit::seconds,
     .help = "How long the request in processing longest has been in processing; 0 when none is.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_drain_seconds",
     .type = MetricType::gauge,
     .unit = Unit::seconds,
     .help = "Estimated time until nobody waits if no request comes: the waiting ones times the "
             "mean processing time of the last minutes, divided by the slots; longer when the "
             "queue moves slower than that.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_imbalance",
     .type = MetricType::gauge,
     .help = "Requests received minus finished, waiting and active ones; anything but 0 is a bug.",
     .labels = {"queue"}},
    {.name = "seadragon_queue_wait_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time from entering the queue until processing began; one value per stay, a requeued "
             "request has several.",
     .labels = {"queue"},
     .buckets = request_seconds},
    {.name = "seadragon_queue_processing_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help =
         "Time in processing of the requests that ended, whatever the outcome; of a requeued one, "
         "all its times together.",
     .labels = {"queue"},
     .buckets = request_seconds},

    // generation: what the model did.
    {.name = "seadragon_generation_duration_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time from the arrival of a request in the queue to its end, of those that completed.",
     .labels = {"model"},
     .buckets = request_seconds},
    {.name = "seadragon_generation_time_to_first_token_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time from the arrival of a request in the queue to its first token.",
     .labels = {"model"},
     .buckets = first_token_seconds},
    {.name = "seadragon_generation_inter_token_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help =
         "Time between two tokens of a request; one value per token, so a long answer has many.",
     .labels = {"model"},
     .buckets = inter_token_seconds},
    {.name = "seadragon_generation_time_per_output_token_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Mean time between the tokens of a request; one value per request that completed with "
             "two tokens or more.",
     .labels = {"model"},
     .buckets = inter_token_seconds},
    {.name = "seadragon_generation_prefill_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time in processing until the prompt was read; where the server does not tell, until "
             "the first token.",
     .labels = {"model"},
     .buckets = first_token_seconds},
    {.name = "seadragon_generation_decode_seconds",
     .type = MetricType::histogram,
     .unit = Unit::seconds,
     .help = "Time in processing after that, of the requests that completed.",
     .labels = {"model"},
     .buckets = request_seconds},
    {.name = "seadragon_generation_tokens_total",
     .type = MetricType::counter,
     .help = "Tokens read (kind prompt) and produced (kind completion), counted as they occur.",
     .labels = {"model", "kind"}},
    {.name = "seadragon_generation_wasted_tokens_total",
     .type = MetricType::counter,
     .help = "Completion tokens of requests that did not complete, by the outcome of the request.",
     .labels = {"model", "reason"}},
    {.name = "seadragon_generation_wasted_seconds_total",
     .type = MetricType::counter,
     .unit = Unit::seconds,
     .help = "Processing time of requests that did not complete, by the outcome of the request.",
     .labels = {"model", "reason"}},
    {.name = "seadragon_generation_busy_seconds_total",
     .type = MetricType::counter,
     .unit = Unit::seconds,
     .help = "Processing time added up over all slots, reading prompts (phase prefill) and "
             "producing tokens (phase decode); counted at each token and at the end.",
     .labels = {"model", "phase"}},
    {.name = "seadragon_generation_kv_cache_usage_ratio",
     .type = MetricType::gauge,
     .help = "Share of the key-value cache in use, 0 to 1, as the server tells it.",
     .labels = {"model"}},

    // usage: who uses the server. Ids that the server resolved; a key itself never gets here.
    {.name = "seadragon_usage_requests_total",
     .type = MetricType::counter,
     .help = "Requests that ended, by the user and the id of the API key they came with.",
     .labels = {"user", "api_key"}},
    {.name = "seadragon_usage_errors_total",
     .type = MetricType::counter,
     .help = "Those of them that were answered with status 400 or above.",
     .labels = {"user", "api_key"}},
    {.name = "seadragon_usage_tokens_total",
     .type = MetricType::counter,
     .help = "Tokens read (kind prompt) and produced (kind completion) for a user and API key.",
     .labels = {"user", "api_key", "kind"}},

    // log: the access log.
    {.name = "seadragon_log_messages_total",
     .type = MetricType::counter,
     .help = "Lines given to the log.",
     .labels = {"level"}},
    {.name = "seadragon_log_dropped_total",
     .type = MetricType::counter,
     .help = "Lines lost: they came faster than they could be written, or the disk was full."},

    // host: the machine, seen by the exporter.
    {.name = "seadragon_host_cpu_seconds_total",
     .type = MetricType::counter,
     .unit = Unit::seconds,
     .help = "Time the CPUs spent in each mode, all CPUs together; guest time is within user.",
     .labels = {"mode"}},
    {.name = "seadragon_host_memory_total_bytes",
     .type = MetricType::gauge,
     .unit = Unit::bytes,
     .help = "Memory of the machine."},
    {.name = "seadragon_host_memory_available_bytes",
     .type = MetricType::gauge,
     .unit = Unit::bytes,
     .help = "Memory that can be had without swapping, as the kernel estimates it."},

    // server: the LLM server, seen by the exporter; also one that links nothing of ours.
    {.name = "seadragon_server_up",
     .type = MetricType::gauge,
     .help = "1 when the LLM server's metrics were read at this scrape, otherwise 0."},
    {.name = "seadragon_server_queue_length",
     .type = MetricType::gauge,
     .help = "Requests waiting in the LLM server, all queues together."},
    {.name = "seadragon_server_active_requests",
     .type = MetricType::gauge,
     .help = "Requests the LLM server is processing, all queues together."},

    // exporter: the exporter about itself.
    {.name = "seadragon_exporter_collector_success",
     .type = MetricType::gauge,
     .help = "1 when the collector delivered at this scrape, otherwise 0.",
     .labels = {"collector"}},
    {.name = "seadragon_exporter_collector_duration_seconds",
     .type = MetricType::gauge,
     .unit = Unit::seconds,
     .help = "Time the collector took at this scrape.",
     .labels = {"collector"}},

    // monitoring: what the library says about its own series.
    {.name = "seadragon_monitoring_series",
     .type = MetricType::gauge,
     .help = "Series on the page, as Prometheus counts them.",
     .labels = {"family"}},
    {.name = "seadragon_monitoring_series_dropped_total",
     .type = MetricType::counter,
     .help = "Times that new label values counted as `other`, because the family was full.",
     .labels = {"family"}},
    {.name = "seadragon_monitoring_dropped_observations_total",
     .type = MetricType::counter,
     .help = "Values that a histogram did not take: NaN, infinite, or negative beside native "
             "buckets.",
     .labels = {"family"}},

    {.name = "seadragon_build_info",
     .type = MetricType::gauge,
     .help = "Always 1; what was built, in its labels.",
     .labels = {"version"}},
};

/// The catalog entry called `name`. A name that is not in the catalog does not compile.
consteval const MetricSpec& metric(std::string_view name) {
  for (const MetricSpec& spec : catalog) {
    if (spec.name == name) return spec;
  }
  throw "no such metric in the catalog";
}

}  // namespace seadragon::monitoring
