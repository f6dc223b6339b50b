/// Registers handlers that name their route. Not part of the API.
#pragma once

#include <memory>

#include <civetweb.h>

#include "seadragon/monitoring/detail/civetweb_callbacks.h"
#include "seadragon/monitoring/detail/civetweb_handlers.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::civetweb::detail {

inline void set_request_handler(ServerHandlers& server, Monitor& monitor, mg_context* context,
                                const char* uri, mg_request_handler handle, void* data) {
  std::unique_ptr<RequestHandler> handler;
  if (handle != nullptr) {
    handler = std::make_unique<RequestHandler>(
        RequestHandler{handle, data, &monitor, route_of(monitor, uri)});
  }
  server.requests.set(uri, std::move(handler), false, [&](RequestHandler* now) {
    mg_set_request_handler(context, uri, now != nullptr ? RequestHandler::call : nullptr, now);
  });
}

inline void set_websocket_handler(ServerHandlers& server, Monitor& monitor, mg_context* context,
                                  const char* uri, mg_websocket_subprotocols* subprotocols,
                                  const WebSocketHandler& user) {
  std::unique_ptr<WebSocketHandler> handler;
  if (user.connect != nullptr || user.ready != nullptr || user.data != nullptr ||
      user.close != nullptr) {
    handler = std::make_unique<WebSocketHandler>(user);
    handler->route = monitor.http_route("GET", uri);
  }
  server.web_sockets.set(uri, std::move(handler), true, [&](WebSocketHandler* now) {
    if (now == nullptr) {
      mg_set_websocket_handler(context, uri, nullptr, nullptr, nullptr, nullptr, nullptr);
      return;
    }
    mg_set_websocket_handler_with_subprotocols(
        context, uri, subprotocols, WebSocketHandler::on_connect, WebSocketHandler::on_ready,
        now->data != nullptr ? WebSocketHandler::on_data : nullptr, WebSocketHandler::on_close,
        now);
  });
}

}  // namespace seadragon::monitoring::civetweb::detail
