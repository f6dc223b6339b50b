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
/// `using namespace seadragon::monitoring` would make `httplib` ambiguous; name what you use.
///
/// Header only: it compiles against the cpp-httplib that you include, 0.11 or later.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/detail/httplib_exchange.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::httplib {

/// The id of the request that this thread is handling, empty outside of a handler. Take it along
/// explicitly when the work goes on in another thread.
inline std::string request_id() {
  const auto& exchange = detail::current().exchange;
  return exchange && !exchange->is_finished() ? exchange->request_id() : std::string();
}

/// Whom the request counts for that this thread is handling: for its ticket (queue.h). Counts
/// nothing outside of a handler and where the resolver named nobody.
inline Usage usage() {
  const auto& exchange = detail::current().exchange;
  return exchange && !exchange->is_finished() ? exchange->usage() : Usage();
}

/// Finds out who sent a request, by ids of your own; nullopt: nobody, or you do not know.
using CallerResolver = detail::CallerResolver;

/// A cpp-httplib server that counts and times. `Base` is httplib::Server or httplib::SSLServer; the
/// arguments after the monitor are those of its constructor. The monitor must outlive it.
///
/// Set-up belongs to one thread, before listen(). Register routes and set the two routing hooks on
/// this type: through a reference to Base, or chained behind a setter that returns one, a route
/// reads `unmatched`, and a hook replaces ours, so that requests are miscounted. What your server
/// answers does not change either way.
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

  /// Requests, errors and tokens then count by user and API key (usage.h). Called once for each
  /// request whose head could be read, before your own hooks, in the threads of the server; what
  /// it throws counts as user `error`. It alone sees the key.
  Server& set_caller_resolver(CallerResolver resolve) {
    resolve_caller_ = std::move(resolve);
    return *this;
  }

  // The setters and verbs of Base, with its meaning; ours run around yours.

  Server& set_pre_routing_handler(HandlerWithResponse user) {
    Base::set_pre_routing_handler(
        [this, user = std::move(user)](const detail::Request& request, detail::Response& response) {
          detail::identify(*detail::begin(monitor_, request), resolve_caller_, request);
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
    return
        [route, handler = std::move(handler)](
            const detail::Request& request, detail::Response& response, auto&&... reader) mutable {
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
  CallerResolver resolve_caller_;
};

}  // namespace seadragon::monitoring::httplib
