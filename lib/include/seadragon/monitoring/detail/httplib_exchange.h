/// How one request of a cpp-httplib server is followed, from its parsed head to the destructor of
/// its response. Not part of the API.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"
#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring::httplib::detail {

using Request = ::httplib::Request;
using Response = ::httplib::Response;
using BaseServer = ::httplib::Server;
using Routes = std::map<std::string, HttpRoute>;  // by literal path
using CallerResolver = std::function<std::optional<Caller>(const Request&)>;

/// The request that a worker thread is busy with.
struct Current {
  const Request* request = nullptr;  // an address is used again: only valid while not finished
  std::shared_ptr<HttpExchange> exchange;
};

inline Current& current() {
  static thread_local Current current;
  return current;
}

inline std::shared_ptr<HttpExchange> exchange_of(const Request& request) {
  const Current& now = current();
  const bool same = now.request == &request && now.exchange && !now.exchange->is_finished();
  return same ? now.exchange : nullptr;
}

/// All of a header that may come several times.
inline std::string joined_header(const Request& request, const char* name) {
  std::string joined;
  const std::size_t count = request.get_header_value_count(name);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) joined += ',';
    joined += request.get_header_value(name, i);
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

/// A new exchange; one of this thread that was never finished ends as server_abort.
inline std::shared_ptr<HttpExchange> begin(Monitor& monitor, const Request& request) {
  const std::string id = request.get_header_value("X-Request-ID");
  const std::string forwarded_for = joined_header(request, "X-Forwarded-For");
  current() = {&request, std::make_shared<HttpExchange>(
                             monitor, HttpRequestHead{request.method, request.path, id,
                                                      request.remote_addr, forwarded_for})};
  return current().exchange;
}

/// What a content provider did, as far as it decides how the exchange ended.
struct Stream {
  bool exists = false;  // there is a provider at all
  bool is_head_request = false;
  std::uint64_t length = 0;  // 0 where only done() ends the stream
  std::uint64_t sent = 0;
  bool write_failed = false;
  bool done = false;           // sink.done() was called
  bool gave_up = false;        // the provider returned false
  bool peer_was_there = true;  // when it called done() or gave up

  HttpOutcome outcome(bool success) const {
    if (!exists || is_head_request) return HttpOutcome::completed;
    if (write_failed || !peer_was_there) return HttpOutcome::client_abort;
    // Many a provider ends a perfectly normal stream with done() and false.
    if (done) return HttpOutcome::completed;
    // cpp-httplib also reports success when it stops in the middle.
    if (success) {
      return length > 0 && sent >= length ? HttpOutcome::completed : HttpOutcome::server_abort;
    }
    // If the provider did not give up, the library did, between two calls: the peer is gone.
    return gave_up ? HttpOutcome::server_abort : HttpOutcome::client_abort;
  }
};

/// Calls the user's provider with a sink that counts. The sink is put back as it was, because
/// cpp-httplib uses it again.
inline ::httplib::ContentProvider counted(std::shared_ptr<HttpExchange> exchange,
                                          std::shared_ptr<Stream> stream,
                                          ::httplib::ContentProvider provider) {
  return
      [exchange = std::move(exchange), stream = std::move(stream), provider = std::move(provider)](
          std::size_t offset, std::size_t length, ::httplib::DataSink& sink) {
        struct Original {
          ::httplib::DataSink& sink;
          decltype(sink.write) write = std::move(sink.write);
          decltype(sink.done) done = std::move(sink.done);
          ~Original() {
            sink.write = std::move(write);
            sink.done = std::move(done);
          }
        } original{sink};

        sink.write = [&](const char* bytes, std::size_t count) {
          const bool written = original.write(bytes, count);
          if (!written) {
            stream->write_failed = true;
          } else if (count > 0) {
            stream->sent += count;
            exchange->sent(count);
          }
          return written;
        };
        if (original.done) {
          sink.done = [&] {
            original.done();
            stream->done = true;
          };
        }
        const bool goes_on = provider(offset, length, sink);
        if (!goes_on && !stream->done) {
          stream->gave_up = true;
          if (sink.is_writable) stream->peer_was_there = sink.is_writable();
        }
        return goes_on;
      };
}

/// Parked in the response, whose destructor calls it after the last byte, streamed or not.
inline ::httplib::ContentProviderResourceReleaser finisher(
    std::shared_ptr<HttpExchange> exchange, std::shared_ptr<Stream> stream,
    ::httplib::ContentProviderResourceReleaser user) {
  return [exchange = std::move(exchange), stream = std::move(stream),
          user = std::move(user)](bool success) {
    // Before the user's own releaser, which may take its time or throw.
    exchange->finish(stream->outcome(success));
    if (current().exchange == exchange) current() = {};
    if (user) user(success);
  };
}

/// Bytes of the request's body; what a content reader or a form took is known by its length alone.
inline std::uint64_t body_bytes(const Request& request) {
  if (!request.body.empty()) return request.body.size();
  const std::string length = request.get_header_value("Content-Length");
  std::uint64_t bytes = 0;
  const auto parsed = std::from_chars(length.data(), length.data() + length.size(), bytes);
  return parsed.ec == std::errc() && parsed.ptr == length.data() + length.size() ? bytes : 0;
}

/// The status is final, the head not yet written. Runs for every response, also where routing was
/// never reached (a malformed head, a body too large).
inline void respond(Monitor& monitor, const Routes& routes, const Request& request,
                    Response& response) {
  std::shared_ptr<HttpExchange> exchange = exchange_of(request);
  if (exchange == nullptr) exchange = begin(monitor, request);
  // Refused before its handler (no key, wrong method), but the path is a registered one.
  if (!exchange->has_route()) {
    const auto route = routes.find(request.path);
    if (route != routes.end()) exchange->route(route->second);
  }
  exchange->received(body_bytes(request));
  const double seconds = exchange->respond(response.status);
  if (!response.has_header("X-Request-ID")) {
    response.set_header("X-Request-ID", exchange->request_id());
  }
  if (!response.has_header("X-Process-Time")) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", seconds);
    response.set_header("X-Process-Time", text);
  }

  const auto stream = std::make_shared<Stream>();
  stream->is_head_request = request.method == "HEAD";
  stream->exists = static_cast<bool>(response.content_provider_);
  // Of ranges at least a byte each is sent; how many, the library alone knows.
  stream->length = request.ranges.empty() ? response.content_length_
                                          : std::min<std::uint64_t>(response.content_length_, 1);
  if (stream->exists) {
    response.content_provider_ = counted(exchange, stream, std::move(response.content_provider_));
  } else if (!stream->is_head_request && !response.body.empty()) {
    exchange->sent(response.body.size());
  }
  response.content_provider_resource_releaser_ =
      finisher(exchange, stream, std::move(response.content_provider_resource_releaser_));
}

/// True for a pattern that matches itself alone.
inline bool is_literal(const std::string& pattern) {
  return pattern.find_first_of("\\^$.|?*+()[]{}:") == std::string::npos;
}

}  // namespace seadragon::monitoring::httplib::detail
