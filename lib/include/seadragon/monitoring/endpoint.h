/// Serves a metrics page over HTTP on a thread of its own, whatever its clients do.
///
///   Exposition page;
///   page.add(registry);
///   Endpoint endpoint({"127.0.0.1:10300"},
///                     [&](const Scrape& scrape) { return page.answer(scrape.request); });
///
/// Paths: the metrics page at /metrics, a landing page at /, /-/healthy and /-/ready; GET and HEAD.
/// Silent, slow or flooding clients cannot stop a scrape: each phase of a connection has an
/// absolute deadline, and when all places are taken the busiest peer loses one.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "seadragon/monitoring/exposition.h"

namespace seadragon::monitoring {

struct EndpointOptions {
  /// host:port or [IPv6]:port; port 0 takes a free one, no host means every interface. By default
  /// reachable from this machine only: whoever can read the page knows all models and routes.
  std::string address = "127.0.0.1:10300";
  std::string title = "Seadragon monitoring";      ///< Heading of the landing page.
  std::size_t max_connections = 64;                ///< At least 1.
  std::chrono::milliseconds header_timeout{5000};  ///< To receive a request.
  std::chrono::milliseconds write_timeout{10000};  ///< To send an answer.
  std::chrono::milliseconds idle_timeout{75000};   ///< Between two requests.
};

/// One request for the page.
struct Scrape {
  /// When the scraper gives up: from X-Prometheus-Scrape-Timeout-Seconds, else 10 s from now.
  std::chrono::steady_clock::time_point deadline;

  ExpositionRequest request = {};  ///< Valid during the call.
};

class Endpoint {
 public:
  /// Makes the page. Runs on the endpoint's thread, one call at a time. When it throws, the scrape
  /// is answered with 500 and the message.
  using Page = std::function<ExpositionAnswer(const Scrape&)>;

  /// Listens and serves from now on. Throws std::runtime_error that names the address and the
  /// reason ("cannot listen on 127.0.0.1:10300: Address already in use").
  Endpoint(EndpointOptions options, Page page);

  /// Finishes answers under way (1 s at most), then closes.
  ~Endpoint();

  /// host:port with the port really taken.
  const std::string& address() const noexcept;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace seadragon::monitoring
