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
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "seadragon/monitoring/detail/short_text.h"
#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring {

class Monitor;

namespace detail {
class HttpSeries;
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

/// The head of a request, as it came. HttpExchange copies what it needs.
struct HttpRequestHead {
  std::string_view method;
  std::string_view path;             ///< Without the query string, which is never logged.
  std::string_view request_id = {};  ///< The header X-Request-ID as it came; may be anything.
  std::string_view client = {};      ///< Address of the connection's other end, from the socket.

  /// The header X-Forwarded-For as it came; several of them joined by commas. It is believed where
  /// MonitorOptions::trusted_proxies allow.
  std::string_view forwarded_for = {};

  std::string_view user_agent = {};  ///< For the log as JSON lines.
};

/// One request, from its head to the last byte of its response. One thread at a time may use it.
/// Nothing throws, and nothing allocates but the first request with a new status or method.
class HttpExchange {
 public:
  /// Begins: in flight, and a line in the log. Keeps the client's request id if it matches
  /// [A-Za-z0-9._-]{1,64}, else makes one of 128 random bits.
  HttpExchange(Monitor& monitor, const HttpRequestHead& head) noexcept;

  /// An exchange that was not finished counts as server_abort.
  ~HttpExchange();

  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // Both are valid as long as the exchange, so one that is over at once cannot be asked.
  std::string_view request_id() const& noexcept { return request_id_; }
  std::string_view request_id() const&& = delete;

  /// Address of the client: of the connection, or what trusted proxies say.
  std::string_view client() const& noexcept { return client_; }
  std::string_view client() const&& = delete;

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

  /// The same, where the whole body goes out with the head.
  double respond(int status, std::uint64_t body_bytes) noexcept;

  /// Bytes of the body were handed to the connection.
  void sent(std::uint64_t bytes) noexcept;

  /// Ends: counts, times, logs. The first call counts.
  void finish(HttpOutcome outcome) noexcept;
  bool is_finished() const noexcept { return finished_; }

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t longest_method = 16, longest_path = 256, longest_id = 64,
                               longest_agent = 128;  // what the log shows of each

  detail::MonitorParts& parts_;
  detail::RouteSeries* route_ = nullptr;
  Usage usage_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point head_{};
  Clock::time_point first_byte_{};
  std::uint64_t request_bytes_ = 0;
  std::uint64_t response_bytes_ = 0;
  int status_ = 0;
  std::uint8_t method_index_;
  bool finished_ = false;
  bool is_logged_ = false;
  detail::ShortText<longest_method> method_;
  detail::ShortText<longest_id> request_id_, client_, user_, api_key_;
  detail::ShortText<longest_agent> user_agent_;
  detail::ShortText<longest_path> path_;
};

/// A connection that waits for a thread of the server, where a server has more connections than
/// threads: the time before the head of its first request is read, which no request shows. Made
/// when it was accepted; destroyed before a thread took it, it counts as refused. Nothing throws.
class HttpConnection {
 public:
  explicit HttpConnection(Monitor& monitor) noexcept;
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// A thread took it. The first call counts.
  void start() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  detail::HttpSeries& series_;
  Clock::time_point accepted_ = Clock::now();
  bool waiting_ = true;
};

}  // namespace seadragon::monitoring
