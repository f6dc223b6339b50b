/// How one request of a cpp-httplib server is followed, from its parsed head to the destructor of
/// its response. Not part of the API.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/detail/httplib_headers.h"
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
  Response* response = nullptr;  // once it has headers of ours
  OwnHeader<::httplib::Headers> request_id{"X-Request-ID"}, process_time{"X-Process-Time"};
  Stream stream;
  std::uint64_t claimed_bytes = 0;  // of the request's body, as its head says

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
inline Exchange& begin(Monitor& monitor, const Request& request, const KnownHeaders& headers) {
  std::shared_ptr<Exchange>& now = current();
  // A response that somebody copied may still hold the one before.
  if (!now || now.use_count() > 1) now = std::make_shared<Exchange>();
  now->request = &request;
  now->response = nullptr;
  now->stream = {};
  now->http.emplace(
      monitor, HttpRequestHead{request.method, request.path, headers.request_id,
                               request.remote_addr, headers.forwarded_for, headers.user_agent});
  now->claimed_bytes = 0;
  const char* const length = headers.content_length.data();
  const auto parsed =
      std::from_chars(length, length + headers.content_length.size(), now->claimed_bytes);
  if (parsed.ptr != length + headers.content_length.size()) now->claimed_bytes = 0;
  return *now;
}

template <class AnyRequest, class = void>
inline constexpr bool tells_closed = false;  // since 0.18.5
template <class AnyRequest>
inline constexpr bool
    tells_closed<AnyRequest, std::void_t<decltype(AnyRequest::is_connection_closed)>> = true;

/// True where the version does not tell: before it did, it gave up for no other reason.
template <class AnyRequest>
bool is_connection_closed(const AnyRequest& request) {
  if constexpr (tells_closed<AnyRequest>) {
    return request.is_connection_closed();
  } else {
    return true;
  }
}

/// Parked in the response, whose destructor calls it after the last byte, streamed or not. That is
/// on the stack of this thread, so the exchange is still there. A copy of the response must not end
/// it, so a copy of this calls the user's releaser alone.
class Finisher {
 public:
  Finisher(Exchange& exchange, Releaser user) : exchange_(&exchange), user_(std::move(user)) {}
  Finisher(const Finisher& other) : user_(other.user_) {}
  Finisher(Finisher&& other) noexcept
      : exchange_(std::exchange(other.exchange_, nullptr)), user_(std::move(other.user_)) {}
  Finisher& operator=(const Finisher&) = delete;
  Finisher& operator=(Finisher&&) = delete;
  ~Finisher() = default;

  void operator()(bool success) {
    // Before the user's own releaser, which may take its time or throw.
    if (Exchange* const exchange = std::exchange(exchange_, nullptr)) {
      const auto peer_left = [exchange] { return is_connection_closed(*exchange->request); };
      exchange->http->finish(exchange->stream.outcome(success, peer_left));
      if (exchange->response != nullptr) {  // it is being destroyed, its headers are still there
        exchange->request_id.take_back(exchange->response->headers);
        exchange->process_time.take_back(exchange->response->headers);
      }
    }
    if (user_) user_(success);
  }

 private:
  Exchange* exchange_ = nullptr;
  Releaser user_;
};

/// Before routing: the exchange begins, unless it has begun already: current versions ask twice
/// about a WebSocket that no route takes.
inline void begin_routing(Monitor& monitor, const CallerResolver& resolve, const Request& request,
                          Response& response) {
  const KnownHeaders headers(request.headers);
  const bool upgrades = has_websockets && headers.upgrades;
  if (upgrades && exchange_of(request) != nullptr) return;
  Exchange& exchange = begin(monitor, request, headers);
  identify(*exchange.http, resolve, request);
  if (upgrades) {
    // Nobody asks again before an accepted socket closes.
    exchange.http->respond(101);
    response.content_provider_resource_releaser_ = Finisher(exchange, nullptr);
  }
}

template <class AnyRequest, class = void>
inline constexpr bool has_files = false;  // until 0.23 or so
template <class AnyRequest>
inline constexpr bool has_files<AnyRequest, std::void_t<decltype(AnyRequest::files)>> = true;

/// A form of several parts that was read to its end, if a handler sees it.
template <class AnyRequest>
bool has_form(const AnyRequest& request) {
  if constexpr (has_files<AnyRequest>) {
    return !request.files.empty();
  } else {
    return !request.form.files.empty() || !request.form.fields.empty();
  }
}

/// Reads as `read` does, and counts. Of a form the parts alone are handed over: once it was read to
/// its end, its length is what the head said.
inline ::httplib::ContentReader counted(const ::httplib::ContentReader& read, Exchange& exchange) {
  return {[&read, &exchange](const ::httplib::ContentReceiver& receive) {
            return read([&](const char* bytes, std::size_t count) {
              exchange.http->received(count);
              return receive(bytes, count);
            });
          },
          [&read, &exchange](const auto& header, const ::httplib::ContentReceiver& receive) {
            const bool is_read = read(header, receive);
            if (is_read) exchange.http->received(exchange.claimed_bytes);
            return is_read;
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
      if (has_form(request)) exchange->http->received(exchange->claimed_bytes);
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
  if (exchange == nullptr) {
    exchange = &begin(monitor, request, KnownHeaders(request.headers));
  }
  if (exchange->response == &response) return;  // hung twice around one server
  HttpExchange& http = *exchange->http;
  if (!http.has_route()) http.route(routes.find(request, response.status));
  http.received(request.body.size());

  const bool is_head_request = request.method == "HEAD";
  const bool streams = static_cast<bool>(response.content_provider_);
  const monitoring::detail::ProcessTime seconds(
      http.respond(response.status, streams || is_head_request ? 0 : response.body.size()));
  bool has_id = false, has_time = false;
  for (const auto& header : response.headers) {
    has_id = has_id || is_called(header.first, "x-request-id");
    has_time = has_time || is_called(header.first, "x-process-time");
  }
  exchange->response = &response;
  if (!has_time) exchange->process_time.add(response.headers, seconds);
  if (!has_id) exchange->request_id.add(response.headers, http.request_id());

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
  releaser = Finisher(*exchange, std::move(releaser));
}

}  // namespace seadragon::monitoring::httplib::detail
