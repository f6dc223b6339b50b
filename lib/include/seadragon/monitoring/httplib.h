/// Instruments a cpp-httplib server: change its type, and nothing else.
///
///   seadragon::monitoring::Monitor monitor("127.0.0.1:10300");    // serves /metrics there
///   seadragon::monitoring::httplib::Server<> server(monitor);     // was: httplib::Server server;
///   server.Get("/v1/models", list_models);
///
/// Every request is counted once, with the route's pattern and the status that was sent, and timed
/// to the last byte of its body, streams included. Answers carry X-Request-ID and X-Process-Time
/// (seconds until the head was ready). Your own hooks, authentication, error handlers, logger and
/// thread pool stay yours, in whatever order you set them.
///
/// If the type has to stay httplib::Server, hang the two hooks around yours:
///
///   server.set_pre_routing_handler(pre_routing(monitor, your_hook));
///   server.set_post_routing_handler(post_routing(monitor, your_hook));
///
/// Not seen: connections that end before a request line came, and failed writes of bodies that are
/// not streamed, which cpp-httplib tells nobody.
///
/// `using namespace seadragon::monitoring` would make `httplib` ambiguous; name what you use.
///
/// Header only: it compiles against the cpp-httplib that you include, 0.11 or later, without RTTI
/// too.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <httplib.h>

#include "seadragon/monitoring/detail/httplib_connections.h"
#include "seadragon/monitoring/detail/httplib_exchange.h"
#include "seadragon/monitoring/detail/httplib_routes.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::httplib {

/// The id of the request that this thread is handling, empty outside of a handler. Take it along
/// explicitly when the work goes on in another thread.
inline std::string request_id() {
  const HttpExchange* const exchange = detail::current_http();
  return exchange != nullptr ? std::string(exchange->request_id()) : std::string();
}

/// Whom the request counts for that this thread is handling: for its ticket (queue.h). Counts
/// nothing outside of a handler and where the resolver named nobody.
inline Usage usage() {
  const HttpExchange* const exchange = detail::current_http();
  return exchange != nullptr ? exchange->usage() : Usage();
}

/// Finds out who sent a request, by ids of your own; nullopt: nobody, or you do not know. Called
/// once for each request whose head could be read, before your own hooks, in the threads of the
/// server; what it throws counts as user `error`. It alone sees the key.
using CallerResolver = detail::CallerResolver;

// For those who keep httplib::Server. The monitor must outlive the server.

/// The hook before routing: ours, then `user`.
inline ::httplib::Server::HandlerWithResponse pre_routing(
    Monitor& monitor, ::httplib::Server::HandlerWithResponse user = nullptr,
    CallerResolver resolve = nullptr) {
  return [&monitor, user = std::move(user), resolve = std::move(resolve)](
             const detail::Request& request, detail::Response& response) {
    detail::begin_routing(monitor, resolve, request, response);
    return user ? user(request, response) : ::httplib::Server::HandlerResponse::Unhandled;
  };
}

/// The hook after routing: `user`, then ours. Before cpp-httplib 0.21 the route reads `unnamed`
/// unless route() named it.
inline ::httplib::Server::Handler post_routing(Monitor& monitor,
                                               ::httplib::Server::Handler user = nullptr) {
  return [&monitor, user = std::move(user), routes = std::make_shared<detail::Routes>(monitor)](
             const detail::Request& request, detail::Response& response) {
    if (user) user(request, response);
    detail::respond(monitor, *routes, request, response, /*contain_exceptions=*/false);
  };
}

/// `handler`, counted under its pattern, whose series exist from now on with 0:
/// `server.Get("/v1/models", route(monitor, "GET", "/v1/models", list_models))`.
template <class Function>
auto route(Monitor& monitor, const char* method, const std::string& pattern, Function handler) {
  return detail::Named<Function>(monitor.http_route(method, pattern), std::move(handler));
}

/// The pool of threads, with connections that wait for one counted and timed:
/// `server.new_task_queue = task_queue(monitor, server.new_task_queue);`
inline std::function<::httplib::TaskQueue*()> task_queue(
    Monitor& monitor, std::function<::httplib::TaskQueue*()> user) {
  return [&monitor, user = std::move(user)]() -> ::httplib::TaskQueue* {
    return new detail::CountingTaskQueue(monitor, user());
  };
}

/// A cpp-httplib server that counts and times. `Base` is httplib::Server or httplib::SSLServer; the
/// arguments after the monitor are those of its constructor. The monitor must outlive it.
///
/// Set-up belongs to one thread, before listen(). Register routes and set the two routing hooks on
/// this type: through a reference to Base, or chained behind a setter that returns one, a route
/// reads `unnamed` (before cpp-httplib 0.21), a hook replaces ours, so that requests are
/// miscounted, and listen() does not count connections. What your server answers does not change
/// either way.
template <class Base = ::httplib::Server>
class Server : public Base {
 public:
  using Handler = typename Base::Handler;
  using HandlerWithResponse = typename Base::HandlerWithResponse;
  using HandlerWithContentReader = typename Base::HandlerWithContentReader;

  template <class... Arguments>
  explicit Server(Monitor& monitor, Arguments&&... arguments)
      : Base(std::forward<Arguments>(arguments)...), monitor_(monitor), routes_(monitor) {
    // In the constructor, so that a hook of the user's (his authentication!) is never overwritten.
    set_pre_routing_handler(nullptr);
    set_post_routing_handler(nullptr);
  }

  /// Requests, errors and tokens then count by user and API key (usage.h).
  Server& set_caller_resolver(CallerResolver resolve) {
    resolve_caller_ = std::move(resolve);
    return *this;
  }

  /// What a content provider throws ends the process: cpp-httplib catches nothing there. From now
  /// on it ends its own stream alone, which counts as server_abort.
  Server& contain_provider_exceptions() {
    contain_exceptions_ = true;
    return *this;
  }

  // What follows is Base's, with its meaning; ours runs around yours.

  Server& set_pre_routing_handler(HandlerWithResponse user) {
    Base::set_pre_routing_handler(
        [this, user = std::move(user)](const detail::Request& request, detail::Response& response) {
          detail::begin_routing(monitor_, resolve_caller_, request, response);
          return user ? user(request, response) : Base::HandlerResponse::Unhandled;
        });
    return *this;
  }

  Server& set_post_routing_handler(Handler user) {
    Base::set_post_routing_handler(
        [this, user = std::move(user)](const detail::Request& request, detail::Response& response) {
          if (user) user(request, response);
          detail::respond(monitor_, routes_, request, response, contain_exceptions_);
        });
    return *this;
  }

  Server& Get(const std::string& pattern, Handler handler) {
    Base::Get(pattern,
              Handler(detail::Named<Handler>(routes_.add("GET", pattern), std::move(handler))));
    return *this;
  }
  Server& Options(const std::string& pattern, Handler handler) {
    Base::Options(pattern, Handler(detail::Named<Handler>(routes_.add("OPTIONS", pattern),
                                                          std::move(handler))));
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

  /// An accepted socket is one request of status 101 that ends when the socket closes. Since 0.33.
  template <class Function, class... Selector>
  Server& WebSocket(const std::string& pattern, Function handler, Selector&&... selector) {
    Base::WebSocket(pattern,
                    detail::Named<Function>(routes_.add("GET", pattern), std::move(handler)),
                    std::forward<Selector>(selector)...);
    return *this;
  }

  /// Files that are found count under the mount point as their route.
  template <class... Headers>
  bool set_mount_point(const std::string& mount_point, const std::string& folder,
                       Headers&&... headers) {
    const bool mounted =
        Base::set_mount_point(mount_point, folder, std::forward<Headers>(headers)...);
    if (mounted) routes_.add_mount(mount_point);
    return mounted;
  }

  template <class... Arguments>
  bool listen(Arguments&&... arguments) {
    count_connections();
    return Base::listen(std::forward<Arguments>(arguments)...);
  }
  bool listen_after_bind() {
    count_connections();
    return Base::listen_after_bind();
  }

 private:
  template <class Function>
  auto with_body(const char* method, const std::string& pattern, Function handler) {
    auto wrapped = detail::Named<Function>(routes_.add(method, pattern), std::move(handler));
    if constexpr (std::is_invocable_v<Function&, const detail::Request&, detail::Response&>) {
      return Handler(std::move(wrapped));
    } else {
      return HandlerWithContentReader(std::move(wrapped));
    }
  }

  /// Late, since the user may set his own pool at any time before.
  void count_connections() {
    if (std::exchange(counts_connections_, true)) return;
    this->new_task_queue = task_queue(monitor_, std::move(this->new_task_queue));
  }

  Monitor& monitor_;
  detail::Routes routes_;
  CallerResolver resolve_caller_;
  bool contain_exceptions_ = false;
  bool counts_connections_ = false;
};

}  // namespace seadragon::monitoring::httplib
