/// Instruments a cpp-httplib server: change its type, and nothing else.
///
///   seadragon::monitoring::Monitor monitor;
///   seadragon::monitoring::httplib::Server<> server(monitor);      // was: httplib::Server server;
///   server.Get("/v1/models", list_models);
///
/// Every request is counted once, with the route's pattern and the status that was sent, and timed
/// to the last byte of its body, streams included. Answers carry X-Request-ID and X-Process-Time
/// (seconds until the head was ready). Your own hooks, authentication, error handlers, logger and
/// thread pool stay yours, in whatever order you set them.
///
/// Not seen: connections refused before a request was parsed as HTTP at all, and failed writes of
/// bodies that are not streamed, which cpp-httplib tells nobody.
///
/// Header only: it compiles against the cpp-httplib that you include, 0.11 or later.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::httplib {

namespace detail {

using Request = ::httplib::Request;
using Response = ::httplib::Response;
using BaseServer = ::httplib::Server;
using Routes = std::map<std::string, HttpRoute>;  // by literal path

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

inline std::shared_ptr<HttpExchange> begin(Monitor& monitor, const Request& request) {
  if (auto begun = exchange_of(request)) return begun;
  const std::string id = request.get_header_value("X-Request-ID");
  current() = {&request,
               std::make_shared<HttpExchange>(monitor, HttpRequestHead{request.method, request.path,
                                                                       id, request.remote_addr})};
  return current().exchange;
}

/// What a content provider did, as far as it decides how the exchange ended.
struct Stream {
  bool exists = false;  // there is a provider at all
  bool is_head_request = false;
  bool write_failed = false;
  bool done = false;           // sink.done() was called
  bool gave_up = false;        // the provider returned false
  bool peer_was_there = true;  // when it called done() or gave up

  HttpOutcome outcome(bool success) const {
    if (!exists || is_head_request) return HttpOutcome::completed;
    if (write_failed || !peer_was_there) return HttpOutcome::client_abort;
    // Many a provider ends a perfectly normal stream with done() and false.
    if (success || done) return HttpOutcome::completed;
    // If it did not give up, the library did, between two calls: the peer is gone.
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

/// The status is final, the head not yet written. Runs for every response, also where routing was
/// never reached (a malformed head, a body too large).
inline void respond(Monitor& monitor, const Routes& routes, const Request& request,
                    Response& response) {
  const std::shared_ptr<HttpExchange> exchange = begin(monitor, request);
  // Refused before its handler (no key, wrong method), but the path is a registered one.
  if (!exchange->has_route()) {
    const auto route = routes.find(request.path);
    if (route != routes.end()) exchange->route(route->second);
  }
  exchange->received(request.body.size());
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

}  // namespace detail

/// The id of the request that this thread is handling, empty outside of a handler. Take it along
/// explicitly when the work goes on in another thread.
inline std::string request_id() {
  const auto& exchange = detail::current().exchange;
  return exchange && !exchange->is_finished() ? exchange->request_id() : std::string();
}

/// A cpp-httplib server that counts and times. `Base` is httplib::Server or httplib::SSLServer; the
/// arguments after the monitor are those of its constructor. The monitor must outlive it.
///
/// Set-up belongs to one thread, before listen(). A setter called through a reference to Base
/// replaces our hook by yours: numbers get poorer (no start in the log), behaviour does not change.
template <class Base = ::httplib::Server>
class Server : public Base {
 public:
  using Handler = typename Base::Handler;
  using HandlerWithResponse = typename Base::HandlerWithResponse;
  using HandlerWithContentReader = typename Base::HandlerWithContentReader;

  template <class... Arguments>
  explicit Server(Monitor& monitor, Arguments&&... arguments)
      : Base(std::forward<Arguments>(arguments)...), monitor_(monitor) {
    // In the constructor, so that a hook of the user's (his authentication!) is never overwritten.
    set_pre_routing_handler(nullptr);
    set_post_routing_handler(nullptr);
  }

  // The setters and verbs of Base, with its meaning; ours run around yours.

  Server& set_pre_routing_handler(HandlerWithResponse user) {
    Base::set_pre_routing_handler(
        [this, user = std::move(user)](const detail::Request& request, detail::Response& response) {
          detail::begin(monitor_, request);
          return user ? user(request, response) : Base::HandlerResponse::Unhandled;
        });
    return *this;
  }

  Server& set_post_routing_handler(Handler user) {
    Base::set_post_routing_handler(
        [this, user = std::move(user)](const detail::Request& request, detail::Response& response) {
          if (user) user(request, response);
          detail::respond(monitor_, routes_, request, response);
        });
    return *this;
  }

  Server& Get(const std::string& pattern, Handler handler) {
    Base::Get(pattern, Handler(routed("GET", pattern, std::move(handler))));
    return *this;
  }
  Server& Options(const std::string& pattern, Handler handler) {
    Base::Options(pattern, Handler(routed("OPTIONS", pattern, std::move(handler))));
    return *this;
  }
  template <class Function>
  Server& Post(const std::string& pattern, Function handler) {
    Base::Post(pattern, with_body("POST", pattern, std::move(handler)));
    return *this;
  }
  template <class Function>
  Server& Put(const std::string& pattern, Function handler) {
    Base::Put(pattern, with_body("PUT", pattern, std::move(handler)));
    return *this;
  }
  template <class Function>
  Server& Patch(const std::string& pattern, Function handler) {
    Base::Patch(pattern, with_body("PATCH", pattern, std::move(handler)));
    return *this;
  }
  template <class Function>
  Server& Delete(const std::string& pattern, Function handler) {
    Base::Delete(pattern, with_body("DELETE", pattern, std::move(handler)));
    return *this;
  }

 private:
  /// `handler`, naming its route first.
  template <class Function>
  auto routed(const char* method, const std::string& pattern, Function handler) {
    const HttpRoute route = monitor_.http_route(method, pattern);
    if (detail::is_literal(pattern)) routes_[pattern] = route;
    return [route, handler = std::move(handler)](const detail::Request& request,
                                                 detail::Response& response, auto&&... reader) {
      if (const auto exchange = detail::exchange_of(request)) exchange->route(route);
      handler(request, response, std::forward<decltype(reader)>(reader)...);
    };
  }

  template <class Function>
  auto with_body(const char* method, const std::string& pattern, Function handler) {
    auto wrapped = routed(method, pattern, std::move(handler));
    if constexpr (std::is_invocable_v<Function&, const detail::Request&, detail::Response&>) {
      return Handler(std::move(wrapped));
    } else {
      return HandlerWithContentReader(std::move(wrapped));
    }
  }

  Monitor& monitor_;
  detail::Routes routes_;
};

}  // namespace seadragon::monitoring::httplib
