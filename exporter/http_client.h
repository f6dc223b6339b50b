/// Fetches a page over HTTP, and never waits or reads longer than told.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace seadragon::exporter {

struct HttpLimits {
  std::chrono::milliseconds time;  ///< From now to the last byte: look-up, connection, answer.
  std::size_t body_bytes;          ///< After decompression.
};

/// Keeps its connection open between two requests. One thread at a time. Follows no redirect, uses
/// no proxy and no credentials, whatever the environment says.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// The body of an answer with status 200. Everything else throws std::runtime_error that says
  /// why, `stop` included.
  std::string get(const std::string& url, const HttpLimits& limits, const std::stop_token& stop);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace seadragon::exporter
