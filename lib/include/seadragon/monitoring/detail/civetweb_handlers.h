/// The handlers of a CivetWeb server, each with the route that it answers for. Not part of the API.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <civetweb.h>

#include "seadragon/monitoring/detail/civetweb_exchange.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::civetweb::detail {

/// The route of a URI. Its series exist from now on, for the methods of an LLM server.
inline HttpRoute route_of(Monitor& monitor, const std::string& uri) {
  monitor.http_route("GET", uri);
  return monitor.http_route("POST", uri);
}

/// Writes a CR that was kept back and turned out not to begin the blank line.
inline void write_held(Current& now, mg_connection* connection) noexcept {
  if (!std::exchange(now.answer.is_held, false)) return;
  if (mg_write(connection, "\r", 1) != 1) now.answer.is_lost = true;
  now.answer.written += 1;
}

/// While a handler runs. Where no callbacks are installed, the exchange is as long as this.
class HandlerScope {
 public:
  HandlerScope(Monitor& monitor, const HttpRoute& route, mg_connection* connection) noexcept
      : connection_(connection) {
    now_ = current_of(connection);
    owns_ = now_ == nullptr;
    if (owns_) now_ = begin(monitor, connection);
    if (now_ != nullptr) now_->exchange->route(route);
  }

  /// The handler returned; 0 if it left the request to CivetWeb.
  void returned(int result) noexcept {
    has_returned_ = true;
    if (now_ == nullptr) return;
    write_held(*now_, connection_);
    if (!owns_) return;
    if (now_->status == 0 && is_status(result)) now_->status = result;
    finish(*now_, std::nullopt);
    now_->reset();
  }

  /// The handler threw, and somebody above may know how to go on.
  ~HandlerScope() {
    if (has_returned_ || now_ == nullptr) return;
    now_->exchange->finish(HttpOutcome::server_abort);
    if (owns_) now_->reset();  // else end_request is told whose it was
  }

  HandlerScope(const HandlerScope&) = delete;
  HandlerScope& operator=(const HandlerScope&) = delete;

 private:
  mg_connection* connection_;
  Current* now_ = nullptr;
  bool owns_ = false;
  bool has_returned_ = false;
};

struct RequestHandler {
  mg_request_handler handle;
  void* data;
  Monitor* monitor;
  HttpRoute route;

  static int call(mg_connection* connection, void* self) {
    const auto& handler = *static_cast<const RequestHandler*>(self);
    HandlerScope scope(*handler.monitor, handler.route, connection);
    const int result = handler.handle(connection, handler.data);
    scope.returned(result);
    return result;
  }
};

/// The handshake of a WebSocket was written; what follows are frames.
inline void upgraded(const mg_connection* connection) noexcept {
  Current* now = current_of(connection);
  if (now == nullptr) return;
  now->respond(101);
  now->exchange->sent(0);
  now->answer.part = Answer::Part::foreign;
  now->answer.is_head_by_server = true;
  now->answer.is_body_by_server = true;
}

struct WebSocketHandler {
  mg_websocket_connect_handler connect;
  mg_websocket_ready_handler ready;
  mg_websocket_data_handler data;
  mg_websocket_close_handler close;
  void* user;
  HttpRoute route;

  static int on_connect(const mg_connection* connection, void* self) {
    const auto& handler = *static_cast<const WebSocketHandler*>(self);
    if (Current* now = current_of(connection)) now->exchange->route(handler.route);
    return handler.connect != nullptr ? handler.connect(connection, handler.user) : 0;
  }
  static void on_ready(mg_connection* connection, void* self) {
    const auto& handler = *static_cast<const WebSocketHandler*>(self);
    upgraded(connection);
    if (handler.ready != nullptr) handler.ready(connection, handler.user);
  }
  static int on_data(mg_connection* connection, int bits, char* bytes, std::size_t count,
                     void* self) {
    const auto& handler = *static_cast<const WebSocketHandler*>(self);
    return handler.data(connection, bits, bytes, count, handler.user);
  }
  static void on_close(const mg_connection* connection, void* self) {
    const auto& handler = *static_cast<const WebSocketHandler*>(self);
    if (handler.close != nullptr) handler.close(connection, handler.user);
  }
};

/// Keeps what CivetWeb holds a pointer to, by URI. Any thread may use it.
template <class Handler>
class Registrations {
 public:
  /// Calls `install` with the pointer, then drops what it replaces: CivetWeb has waited for the end
  /// of its last request by then. Not so with WebSockets, which are kept therefore.
  void set(const std::string& uri, std::unique_ptr<Handler> handler, bool keeps_replaced,
           const std::function<void(Handler*)>& install) {
    const std::shared_ptr<Registration> registration = find(uri);
    // CivetWeb waits here for running requests, which may register other URIs meanwhile: hence a
    // lock for each URI. One that registers its own URI waits for itself in CivetWeb already.
    const std::lock_guard lock(registration->mutex);
    install(handler.get());
    if (keeps_replaced && registration->handler) {
      registration->replaced.push_back(std::move(registration->handler));
    }
    registration->handler = std::move(handler);
  }

 private:
  struct Registration {
    std::mutex mutex;
    std::unique_ptr<Handler> handler;
    std::vector<std::unique_ptr<Handler>> replaced;
  };

  std::shared_ptr<Registration> find(const std::string& uri) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Registration>& registration = registrations_[uri];
    if (!registration) registration = std::make_shared<Registration>();
    return registration;
  }

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Registration>> registrations_;
};

}  // namespace seadragon::monitoring::civetweb::detail
