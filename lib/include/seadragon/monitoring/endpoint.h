/// Serves a metrics page over HTTP on threads of its own, whatever its clients do.
///
///   Exposition page;
///   page.add(registry);
///   Endpoint endpoint({"127.0.0.1:10300"},
///                     [&](const Scrape& scrape) { return page.answer(scrape.request); });
///
/// Paths: the metrics page at /metrics, a landing page at /, /-/healthy and /-/ready; GET and HEAD.
/// Silent, slow or flooding clients cannot stop a scrape: each phase of a connection has an
/// absolute deadline, and when all places are taken the busiest peer loses one. Nor can a page that
/// takes long: it is made on a second thread, and everything else is answered meanwhile.
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
  /// When the request was received. It may have waited since, for a page that was being made.
  std::chrono::steady_clock::time_point asked = std::chrono::steady_clock::now();

  /// When the scraper gives up: from X-Prometheus-Scrape-Timeout-Seconds, else 10 s after it asked.
  std::chrono::steady_clock::time_point deadline;

  ExpositionRequest request = {};  ///< Valid during the call.
};

class Endpoint {
 public:
  /// Makes the page. One call at a time, all on one thread. When it throws, the scrape is answered
  /// with the message and 500, or 400 for a std::invalid_argument: what was asked for is wrong.
  using Page = std::function<ExpositionAnswer(const Scrape&)>;

  /// Listens and serves from now on. Throws std::runtime_error that names the address and the
  /// reason ("cannot listen on 127.0.0.1:10300: Address already in use").
  Endpoint(EndpointOptions options, Page page);

  /// Finishes answers under way (1 s at most, and the page that is being made), then closes.
  ~Endpoint();

  /// host:port with the port really taken.
  const std::string& address() const noexcept;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace seadragon::monitoring
