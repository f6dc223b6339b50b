/// Counts and times HTTP requests of any server. The adapters (httplib.h) are made of it.
///
///   HttpRoute chat = monitor.http_route("POST", "/v1/chat/completions");      // once, at start
///   HttpExchange exchange(monitor, {"POST", "/v1/chat/completions"});
///   exchange.route(chat);
///   response.header("X-Request-ID", exchange.request_id());
///   exchange.respond(200);           // the head goes out
///   exchange.sent(1500);             // body bytes went out
///   exchange.finish(HttpOutcome::completed);
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring {

class Monitor;

namespace detail {
class RouteSeries;
struct MonitorParts;
}  // namespace detail

/// How an exchange ended: the whole answer was sent; the client left before that; the server broke
/// off; the whole answer was sent, but it tells of a failure of the server (status 500 or above,
/// which finish() sees by itself).
enum class HttpOutcome { completed, client_abort, server_abort, error };

/// A registered route: its pattern is the label `route`, never the path of a request. Copy it
/// freely; valid as long as its Monitor. The default stands for `unmatched`.
class HttpRoute {
 public:
  HttpRoute() = default;

 private:
  friend class HttpExchange;
  friend class Monitor;
  explicit HttpRoute(detail::RouteSeries& series) noexcept : series_(&series) {}

  detail::RouteSeries* series_ = nullptr;
};

/// The head of a request. Nothing is kept beyond the constructor of HttpExchange but copies.
struct HttpRequestHead {
  std::string_view method;
  std::string_view path;             ///< Without the query string, which is never logged.
  std::string_view request_id = {};  ///< The header X-Request-ID as it came; may be anything.
  std::string_view client = {};      ///< Address of the connection's other end, from the socket.

  /// The header X-Forwarded-For as it came; several of them joined by commas. It is believed where
  /// MonitorOptions::trusted_proxies allow.
  std::string_view forwarded_for = {};
};

/// One request, from its head to the last byte of its response. One thread at a time may use it.
/// After construction nothing throws.
class HttpExchange {
 public:
  /// Begins: in flight, and a line in the log. Keeps the client's request id if it matches
  /// [A-Za-z0-9._-]{1,64}, else makes one of 128 random bits.
  HttpExchange(Monitor& monitor, const HttpRequestHead& head);

  /// An exchange that was not finished counts as server_abort.
  ~HttpExchange();

  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  const std::string& request_id() const noexcept { return request_id_; }

  /// Address of the client: of the connection, or what trusted proxies say.
  const std::string& client() const noexcept { return client_; }

  /// Without this call the route is `unmatched`.
  void route(const HttpRoute& route) noexcept { route_ = route.series_; }
  bool has_route() const noexcept { return route_ != nullptr; }

  /// Says who asks: the request counts for him and his key (usage.h), the log names both. Give what
  /// is returned to the request's ticket, so that its tokens count too. The last call counts.
  Usage identify(const Caller& caller) noexcept;
  const Usage& usage() const noexcept { return usage_; }  ///< What identify() returned last.

  /// Bytes of the request's body.
  void received(std::uint64_t bytes) noexcept { request_bytes_ += bytes; }

  /// The status is final, 100 to 599. Returns the seconds since the beginning, for X-Process-Time.
  double respond(int status) noexcept;

  /// Bytes of the body were handed to the connection.
  void sent(std::uint64_t bytes) noexcept;

  /// Ends: counts, times, logs. The first call counts.
  void finish(HttpOutcome outcome) noexcept;
  bool is_finished() const noexcept { return finished_; }

 private:
  using Clock = std::chrono::steady_clock;

  detail::MonitorParts& parts_;
  detail::RouteSeries* route_ = nullptr;
  std::string method_, path_, request_id_, client_, user_, api_key_;
  Usage usage_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point head_{};
  Clock::time_point first_byte_{};
  std::uint64_t request_bytes_ = 0;
  std::uint64_t response_bytes_ = 0;
  int status_ = 0;
  bool finished_ = false;
};

}  // namespace seadragon::monitoring
