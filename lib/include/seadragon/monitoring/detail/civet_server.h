/// The handlers of a CivetServer, each with the route that it answers for. Not part of the API.
#pragma once

#include <cstddef>

#include <CivetServer.h>

#include "seadragon/monitoring/detail/civetweb_callbacks.h"
#include "seadragon/monitoring/detail/civetweb_handlers.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::civetweb::detail {

/// Stands for the user's handler. CivetServer asks both overloads of a verb, and both are asked of
/// the user's.
class RoutedHandler : public CivetHandler {
 public:
  RoutedHandler(Monitor& monitor, const HttpRoute& route, CivetHandler* user)
      : monitor_(monitor), route_(route), user_(user) {}

  bool handleGet(CivetServer* server, mg_connection* connection) override {
    return routed(connection, [&] { return user_->handleGet(server, connection); });
  }
  bool handleGet(CivetServer* server, mg_connection* connection, int* status) override {
    return routed(connection, [&] { return user_->handleGet(server, connection, status); });
  }
  bool handlePost(CivetServer* server, mg_connection* connection) override {
    return routed(connection, [&] { return user_->handlePost(server, connection); });
  }
  bool handlePost(CivetServer* server, mg_connection* connection, int* status) override {
    return routed(connection, [&] { return user_->handlePost(server, connection, status); });
  }
  bool handleHead(CivetServer* server, mg_connection* connection) override {
    return routed(connection, [&] { return user_->handleHead(server, connection); });
  }
  bool handleHead(CivetServer* server, mg_connection* connection, int* status) override {
    return routed(connection, [&] { return user_->handleHead(server, connection, status); });
  }
  bool handlePut(CivetServer* server, mg_connection* connection) override {
    return routed(connection, [&] { return user_->handlePut(server, connection); });
  }
  bool handlePut(CivetServer* server, mg_connection* connection, int* status) override {
    return routed(connection, [&] { return user_->handlePut(server, connection, status); });
  }
  bool handleDelete(CivetServer* server, mg_connection* connection) override {
    return routed(connection, [&] { return user_->handleDelete(server, connection); });
  }
  bool handleDelete(CivetServer* server, mg_connection* connection, int* status) override {
    return routed(connection, [&] { return user_->handleDelete(server, connection, status); });
  }
  bool handleOptions(CivetServer* server, mg_connection* connection) override {
    return routed(connection, [&] { return user_->handleOptions(server, connection); });
  }
  bool handleOptions(CivetServer* server, mg_connection* connection, int* status) override {
    return routed(connection, [&] { return user_->handleOptions(server, connection, status); });
  }
  bool handlePatch(CivetServer* server, mg_connection* connection) override {
    return routed(connection, [&] { return user_->handlePatch(server, connection); });
  }
  bool handlePatch(CivetServer* server, mg_connection* connection, int* status) override {
    return routed(connection, [&] { return user_->handlePatch(server, connection, status); });
  }

 private:
  template <class Function>
  bool routed(mg_connection* connection, const Function& handle) {
    if (user_ == nullptr) return false;  // as CivetServer does
    HandlerScope scope(monitor_, route_, connection);
    const bool result = handle();
    scope.returned(0);
    return result;
  }

  Monitor& monitor_;
  const HttpRoute route_;
  CivetHandler* const user_;
};

class RoutedWebSocketHandler : public CivetWebSocketHandler {
 public:
  RoutedWebSocketHandler(const HttpRoute& route, CivetWebSocketHandler* user)
      : route_(route), user_(user) {}

  bool handleConnection(CivetServer* server, const mg_connection* connection) override {
    if (Current* now = current_of(connection)) now->exchange->route(route_);
    return user_->handleConnection(server, connection);
  }
  void handleReadyState(CivetServer* server, mg_connection* connection) override {
    upgraded(connection);
    user_->handleReadyState(server, connection);
  }
  bool handleData(CivetServer* server, mg_connection* connection, int bits, char* bytes,
                  std::size_t count) override {
    return user_->handleData(server, connection, bits, bytes, count);
  }
  void handleClose(CivetServer* server, const mg_connection* connection) override {
    user_->handleClose(server, connection);
  }

 private:
  const HttpRoute route_;
  CivetWebSocketHandler* const user_;
};

}  // namespace seadragon::monitoring::civetweb::detail
