/// How one request of a cpp-httplib server is followed, from its parsed head to the destructor of
/// its response. Not part of the API.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/detail/httplib_routes.h"
#include "seadragon/monitoring/detail/httplib_stream.h"
#include "seadragon/monitoring/detail/process_time.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"
#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring::httplib::detail {

using Response = ::httplib::Response;
using Releaser = ::httplib::ContentProviderResourceReleaser;
using CallerResolver = std::function<std::optional<Caller>(const Request&)>;

/// The exchange of the request that a worker thread is busy with. Its memory serves one request
/// after the other.
struct Exchange {
  const Request* request = nullptr;  // an address is used again: only valid while not finished
  std::optional<HttpExchange> http;
  Stream stream;
  bool body_was_read = false;  // by a handler that counted it

  bool is_open() const { return http && !http->is_finished(); }
};

inline std::shared_ptr<Exchange>& current() {
  static thread_local std::shared_ptr<Exchange> current;
  return current;
}

/// The open exchange of `request`, null if it was not begun.
inline Exchange* exchange_of(const Request& request) {
  Exchange* const now = current().get();
  return now != nullptr && now->request == &request && now->is_open() ? now : nullptr;
}

/// The open exchange of this thread, null outside of a handler.
inline HttpExchange* current_http() {
  Exchange* const now = current().get();
  return now != nullptr && now->is_open() ? &*now->http : nullptr;
}

/// The first header of this name, empty if there is none.
inline std::string_view header(const Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

/// All headers of this name, joined by commas; `joined` keeps them if there are several.
inline std::string_view headers(const Request& request, const char* name, std::string& joined) {
  const auto [first, end] = request.headers.equal_range(name);
  if (first == end) return {};
  if (std::next(first) == end) return first->second;
  for (auto each = first; each != end; ++each) {
    if (each != first) joined += ',';
    joined += each->second;
  }
  return joined;
}

/// What a resolver throws must not cost the client his answer.
inline void identify(HttpExchange& exchange, const CallerResolver& resolve,
                     const Request& request) {
  if (!resolve) return;
  try {
    if (const std::optional<Caller> caller = resolve(request)) exchange.identify(*caller);
  } catch (...) {
    exchange.identify({"error", "error"});
  }
}

/// Begins an exchange; one of this thread that was never finished ends as server_abort.
inline Exchange& begin(Monitor& monitor, const Request& request) {
  std::shared_ptr<Exchange>& now = current();
  // A response that somebody copied may still hold the one before.
  if (!now || now.use_count() > 1) now = std::make_shared<Exchange>();
  std::string several;
  now->request = &request;
  now->stream = {};
  now->body_was_read = false;
  now->http.emplace(
      monitor, HttpRequestHead{request.method, request.path, header(request, "X-Request-ID"),
                               request.remote_addr, headers(request, "X-Forwarded-For", several),
                               header(request, "User-Agent")});
  return *now;
}

/// Parked in the response, whose destructor calls it after the last byte, streamed or not. A copy
/// of the response must not end the exchange, so a copy of this calls the user's releaser alone.
class Finisher {
 public:
  Finisher(std::shared_ptr<Exchange> exchange, Releaser user)
      : exchange_(std::move(exchange)), user_(std::move(user)) {}
  Finisher(const Finisher& other) : user_(other.user_) {}
  Finisher(Finisher&&) = default;
  Finisher& operator=(const Finisher&) = delete;
  Finisher& operator=(Finisher&&) = delete;
  ~Finisher() = default;

  void operator()(bool success) {
    // Before the user's own releaser, which may take its time or throw.
    if (exchange_ != nullptr) exchange_->http->finish(exchange_->stream.outcome(success));
    exchange_.reset();
    if (user_) user_(success);
  }

 private:
  std::shared_ptr<Exchange> exchange_;
  Releaser user_;
};

/// Bytes of the request's body; what a form took is known by its length alone.
inline std::uint64_t body_bytes(const Request& request) {
  if (!request.body.empty()) return request.body.size();
  const std::string_view length = header(request, "Content-Length");
  std::uint64_t bytes = 0;
  const auto parsed = std::from_chars(length.data(), length.data() + length.size(), bytes);
  return parsed.ec == std::errc() && parsed.ptr == length.data() + length.size() ? bytes : 0;
}

/// Before routing: the exchange begins. True unless it had begun already: current versions ask
/// twice about a WebSocket that no route takes.
inline bool begin_routing(Monitor& monitor, const CallerResolver& resolve, const Request& request,
                          Response& response) {
  const bool upgrades = has_websockets && request.headers.count("Sec-WebSocket-Key") > 0;
  if (upgrades && exchange_of(request) != nullptr) return false;
  Exchange& exchange = begin(monitor, request);
  identify(*exchange.http, resolve, request);
  if (upgrades) {
    // Nobody asks again before an accepted socket closes.
    exchange.http->respond(101);
    response.content_provider_resource_releaser_ = Finisher(current(), nullptr);
  }
  return true;
}

/// Reads as `read` does, and counts. Parts of forms are not counted: `Content-Length` is all that
/// is known of what stands between them.
inline ::httplib::ContentReader counted(const ::httplib::ContentReader& read, Exchange& exchange) {
  return {[&read, &exchange](const ::httplib::ContentReceiver& receive) {
            exchange.body_was_read = true;
            return read([&](const char* bytes, std::size_t count) {
              exchange.http->received(count);
              return receive(bytes, count);
            });
          },
          [&read](const auto& header, const ::httplib::ContentReceiver& receive) {
            return read(header, receive);
          }};
}

/// A handler that names its route first, and counts what it reads of the request's body. It can be
/// called as the handler can.
template <class Function>
class Named {
 public:
  Named(HttpRoute route, Function handler) : route_(route), handler_(std::move(handler)) {}

  template <class Target, class... Reader>
  auto operator()(const Request& request, Target& target, const Reader&... reader)
      -> decltype(std::declval<Function&>()(request, target, reader...)) {
    Exchange* const exchange = exchange_of(request);
    if (exchange == nullptr) return handler_(request, target, reader...);
    exchange->http->route(route_);
    if constexpr (sizeof...(reader) > 0) {
      return handler_(request, target, counted(reader..., *exchange));
    } else {
      return handler_(request, target);
    }
  }

 private:
  HttpRoute route_;
  Function handler_;
};

/// The status is final, the head not yet written. Runs for every response, also where routing was
/// never reached (a malformed head, a body too large).
inline void respond(Monitor& monitor, Routes& routes, const Request& request, Response& response,
                    bool contain_exceptions) {
  Exchange* exchange = exchange_of(request);
  if (exchange == nullptr) exchange = &begin(monitor, request);
  HttpExchange& http = *exchange->http;
  if (!http.has_route()) http.route(routes.find(request, response.status));
  if (!exchange->body_was_read) http.received(body_bytes(request));

  const bool is_head_request = request.method == "HEAD";
  const bool streams = static_cast<bool>(response.content_provider_);
  const monitoring::detail::ProcessTime seconds(
      http.respond(response.status, streams || is_head_request ? 0 : response.body.size()));
  if (response.headers.find("X-Request-ID") == response.headers.end()) {
    response.headers.emplace("X-Request-ID", std::string(http.request_id()));
  }
  if (response.headers.find("X-Process-Time") == response.headers.end()) {
    response.headers.emplace("X-Process-Time", std::string(std::string_view(seconds)));
  }

  Releaser& releaser = response.content_provider_resource_releaser_;
  if (streams) {
    Stream& stream = exchange->stream;
    stream.exists = !is_head_request;
    stream.length = response.content_length_;
    // Of ranges at least a byte each is sent; how many, the library alone knows.
    if (!request.ranges.empty() && stream.length > 1) stream.length = 1;
    response.content_provider_ = counted(std::shared_ptr<HttpExchange>(current(), &http),
                                         std::shared_ptr<Stream>(current(), &stream),
                                         std::move(response.content_provider_), contain_exceptions);
  }
  releaser = Finisher(current(), std::move(releaser));
}

}  // namespace seadragon::monitoring::httplib::detail
