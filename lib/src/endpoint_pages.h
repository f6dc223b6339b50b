/// What an endpoint answers, apart from how it gets there: no socket in here.
#pragma once

#include <chrono>
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

/// Status line and headers.
std::string answer_head(const EndpointAnswer& answer, bool keep_alive, bool http_1_0);

/// Makes the answers. Metrics are for one thread at a time, everything else for any.
class EndpointPages {
 public:
  EndpointPages(std::string title, Endpoint::Page metrics);

  /// The answer to a well-formed request. A metrics page that throws becomes a 500 with its
  /// message.
  EndpointAnswer answer(const EndpointRequest& request);

  /// Whether the answer may take long: all others are at hand.
  static bool takes_time(const EndpointRequest& request);

  /// The answer to a request refused with `status`.
  static EndpointAnswer refusal(int status);

 private:
  EndpointAnswer metrics(const EndpointRequest& request);

  const std::string title_;
  const Endpoint::Page metrics_;
};

}  // namespace seadragon::monitoring::detail
