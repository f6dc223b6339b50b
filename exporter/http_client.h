/// Fetches pages over HTTP, and never waits or reads longer than told.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace seadragon::exporter {

struct HttpLimits {
  std::chrono::milliseconds time;  ///< From now to the last byte: look-up, connection, TLS, answer.
  std::size_t body_bytes;
};

struct HttpRequest {
  std::string url;  ///< http:// or https://, `parse_url` says which.
  HttpLimits limits;
};

struct HttpOutcome {
  std::string body;     ///< Whole, of an answer with status 200; empty when that failed.
  std::string failure;  ///< Why there is no body, in words for people; empty when there is one.

  /// When the server's certificate expires, be it good or refused; nullopt when none was shown.
  std::optional<std::chrono::sys_seconds> certificate_expiry = {};
};

/// One thread at a time. Follows no redirect, uses no proxy and no credentials, and asks for a page
/// that is not compressed. A certificate must be valid for the host and signed by an authority that
/// this machine trusts: OpenSSL's store, with SSL_CERT_FILE and SSL_CERT_DIR of openssl(1) to name
/// another. It is read at the first https:// URL and kept.
///
/// Every request makes its connection and closes it: between two scrapes the server may have gone
/// or the name may have moved, and a connection to loopback costs 50 us.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// All at once, on this thread, each within its own limits: many that hang cost the time of one.
  /// Returns when the last has ended, the outcomes in the order of `requests`. `stop` ends all that
  /// are under way, whatever they wait for.
  std::vector<HttpOutcome> get_all(std::span<const HttpRequest> requests,
                                   const std::stop_token& stop);

  /// The body of one. Throws std::runtime_error with the failure.
  std::string get(const std::string& url, const HttpLimits& limits, const std::stop_token& stop);

 private:
  class Trust;
  Trust& trust();

  std::unique_ptr<Trust> trust_;
};

}  // namespace seadragon::exporter
