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
  std::string_view accept_encoding = {};
  std::string_view scrape_timeout = {};  ///< X-Prometheus-Scrape-Timeout-Seconds
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

/// Whether `Accept-Encoding` (RFC 9110, 12.5.3) takes gzip: named or `*`, with a q above 0.
bool accepts_gzip(std::string_view accept_encoding);

/// A positive decimal number of seconds, at most an hour; nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_scrape_timeout(std::string_view text);

/// Status line and headers.
std::string answer_head(const EndpointAnswer& answer, bool keep_alive, bool http_1_0);

/// Makes the answers. One thread at a time.
class EndpointPages {
 public:
  EndpointPages(std::string title, Endpoint::Page metrics);
  ~EndpointPages();
  EndpointPages(const EndpointPages&) = delete;
  EndpointPages& operator=(const EndpointPages&) = delete;

  /// The answer to a well-formed request. A metrics page that throws becomes a 500 with its
  /// message.
  EndpointAnswer answer(const EndpointRequest& request);

  /// The answer to a request refused with `status`.
  static EndpointAnswer refusal(int status);

 private:
  EndpointAnswer metrics(const EndpointRequest& request);
  std::string gzip(std::string_view body);

  const std::string title_;
  const Endpoint::Page metrics_;
  void* const compressor_;  // libdeflate's
};

}  // namespace seadragon::monitoring::detail
