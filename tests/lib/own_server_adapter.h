/// The adapter that docs/http.md shows.
#pragma once

#include <string>
#include <utility>

#include <seadragon/monitoring/http.h>
#include <seadragon/monitoring/monitor.h>

#include "tests/lib/own_server.h"

/// `handler`, counted and timed as the route `pattern`.
inline own::Handler monitored(seadragon::monitoring::Monitor& monitor, const std::string& method,
                              const std::string& pattern, own::Handler handler) {
  using namespace seadragon::monitoring;
  const HttpRoute route = monitor.http_route(method, pattern);
  return [&monitor, route, handler = std::move(handler)](const own::Request& request,
                                                         own::Connection& connection) {
    const std::string id = request.header("X-Request-ID");
    const std::string forwarded = request.header("X-Forwarded-For");
    const std::string peer = connection.peer();
    HttpExchange exchange(monitor, {request.method, request.path, id, peer, forwarded});
    exchange.route(route);
    exchange.received(request.body.size());
    connection.before_head([&](int status, own::Headers& headers) {
      headers["X-Process-Time"] = std::to_string(exchange.respond(status));
      headers["X-Request-ID"] = exchange.request_id();
    });
    connection.after_write([&](std::size_t bytes) { exchange.sent(bytes); });
    handler(request, connection);  // throws: the exchange ends as server_abort
    exchange.finish(connection.is_open() ? HttpOutcome::completed : HttpOutcome::client_abort);
  };
}
