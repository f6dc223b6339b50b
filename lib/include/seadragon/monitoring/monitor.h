/// Everything an LLM server needs to be watched; make one, at start.
///
///   seadragon::monitoring::Monitor monitor("127.0.0.1:10300");  // http://127.0.0.1:10300/metrics
///   seadragon::monitoring::httplib::Server<> server(monitor);   // was: httplib::Server server;
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "seadragon/monitoring/endpoint.h"
#include "seadragon/monitoring/exposition.h"
#include "seadragon/monitoring/gauge.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/log.h"
#include "seadragon/monitoring/queue.h"
#include "seadragon/monitoring/registry.h"
#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring {

struct MonitorOptions {
  LogOptions log;
  std::size_t max_models = 32;     ///< Values of the label `model`; further ones count as `other`.
  std::size_t max_callers = 1000;  ///< Pairs of user and API key; the same.

  /// Proxies whose header X-Forwarded-For is believed: addresses and networks, `10.0.0.0/8`, `::1`.
  std::vector<std::string> trusted_proxies = {};

  /// Exponential buckets in every histogram, beside the fixed ones (histogram.h).
  bool native_histograms = false;

  /// Some metrics a second time, under the names of OpenTelemetry and of inference gateways
  /// (docs/standard-names.md).
  bool standard_names = false;
};

/// Owns the series, the log and the metrics endpoint. Must outlive the queues, tickets, routes and
/// servers made with it. All functions may be called from any thread.
///
/// Meant to be made once in a process: its series are kept until the process ends. A process that
/// forks (a daemon, say) makes it afterwards: its threads do not follow into the child. Signals are
/// left to the threads of the server: ours block them all.
class Monitor {
 public:
  /// A log file that cannot be written is no reason to stop: one warning, then the console alone.
  /// Throws std::invalid_argument that names a trusted proxy that is no address and no network.
  explicit Monitor(MonitorOptions options = {});

  /// The same, and serve(address).
  explicit Monitor(std::string_view address, MonitorOptions options = {});
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// A queue to follow. The same name gives the same queue. All its series exist from now on.
  /// Throws std::invalid_argument when the name is empty, the slots are 0, or the queue exists with
  /// another capacity or other slots.
  Queue queue(const QueueOptions& options);

  /// The share of a model's key-value cache that is in use, 0 to 1, to be set whenever it changes:
  /// `monitor.kv_cache_usage("llama-3-8b").set(0.83)`. On the page from the first call on, with
  /// 0 until it is set; the label is that of QueuedRequest::model. Keep the handle where it is set
  /// often. For a model that is unloaded
  /// `registry().remove("seadragon_generation_kv_cache_usage_ratio", {{"model", "llama-3-8b"}})`
  /// takes it off the page, and the next call puts it back.
  Gauge kv_cache_usage(std::string_view model) noexcept;

  /// A route of the server. Its series exist from now on with 0, so that Prometheus sees the first
  /// error. At most 1,000; further ones count as `other`.
  HttpRoute http_route(std::string_view method, std::string_view pattern);

  /// Whom tickets count for, where a request is no HttpExchange (usage.h). The caller's series
  /// exist from now on with 0: ask for whom you know at the start, so that their first request
  /// counts in every period.
  Usage usage(const Caller& caller) noexcept;

  /// For metrics of your own, exposed on the same page.
  Registry& registry() noexcept;

  /// Writes a line to the log.
  void log(LogLevel level, std::string_view message) noexcept;

  /// Opens the log's file anew, soon: for whoever moves it away, such as logrotate(8), whose
  /// postrotate tells the server by a signal, say. Not for a signal handler.
  void reopen_log() noexcept;

  /// Metrics of others on the same page, such as those of a prometheus-cpp registry
  /// (prometheus.h). For set-up, before the page is served.
  void expose(std::shared_ptr<const ExpositionSource> source);

  /// The page for Prometheus, to be served by a server of yours: in the format that is asked for,
  /// or as plain text 0.0.4.
  ExpositionAnswer metrics(const ExpositionRequest& request) const;
  std::string metrics() const;

  /// Serves the page on a thread of its own (see endpoint.h), in place of the address served
  /// before. False, and a line in the log, when the address is taken or malformed: the LLM server
  /// runs on, and so does what was served before.
  bool serve(std::string_view address = "127.0.0.1:10300") noexcept;

  /// The same with TLS, users or other limits (endpoint.h).
  bool serve(EndpointOptions options) noexcept;

  /// What /-/ready says of what serve() serves: 200 or, while the model is loaded say, 503. Ready
  /// unless it is told otherwise.
  void set_ready(bool ready) noexcept;

  /// host:port that serve() took, with the real port where it was 0; of several addresses the
  /// first. Empty when nothing is served.
  std::string metrics_address() const;

 private:
  friend class HttpConnection;
  friend class HttpExchange;
  std::unique_ptr<detail::MonitorParts> parts_;
};

}  // namespace seadragon::monitoring
