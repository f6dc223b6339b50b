/// What an endpoint answers, apart from how it gets there: no socket in here.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "seadragon/monitoring/endpoint.h"

namespace seadragon::monitoring::detail {

/// A request head as far as an answer depends on it.
struct EndpointRequest {
  std::string_view target;
  std::string_view accept = {};
  std::string_view accept_encoding = {};
  std::string_view scrape_timeout = {};  ///< X-Prometheus-Scrape-Timeout-Seconds
  std::string_view authorization = {};
  std::chrono::steady_clock::time_point asked = std::chrono::steady_clock::now();
};

/// An answer, not yet on the wire.
struct EndpointAnswer {
  int status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string_view extra_headers = {};  ///< Whole lines, each with CRLF.
  std::string body;
};

/// The path of a request target: without query, and without scheme and host (RFC 9112, 3.2.2).
std::string_view target_path(std::string_view target);

/// What follows the question mark of a request target.
std::string_view target_query(std::string_view target);

/// A positive decimal number of seconds, at most an hour; nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_scrape_timeout(std::string_view text);

/// Status line and headers; `headers` are whole lines to be among them.
std::string answer_head(const EndpointAnswer& answer, bool keep_alive, bool http_1_0,
                        std::string_view headers);

/// Makes the answers. Metrics and reload() are for one thread at a time, everything else for any.
class EndpointPages {
 public:
  /// Takes title, metrics_path, max_requests and reload from the options.
  EndpointPages(const EndpointOptions& options, Endpoint::Page metrics);

  /// The answer to a well-formed GET or HEAD. A metrics page that throws becomes a 500 with its
  /// message. `ready` is what /-/ready says.
  EndpointAnswer answer(const EndpointRequest& request, bool ready);

  /// How long the page of a request may take, from when it was asked for.
  static std::chrono::milliseconds time_for(const EndpointRequest& request);

  /// Whether that may take long: all others are at hand.
  bool takes_time(const EndpointRequest& request) const;

  /// Whether a POST to the target is one to reload.
  bool is_reload(std::string_view target) const;
  EndpointAnswer reload();

  /// The answer to a request refused with `status`.
  EndpointAnswer refusal(int status) const;

 private:
  EndpointAnswer metrics(const EndpointRequest& request);

  const std::string landing_page_, metrics_path_, not_found_, too_many_;
  const std::function<void()> reload_;
  const Endpoint::Page metrics_;
};

}  // namespace seadragon::monitoring::detail
