/// Instruments a CivetWeb server. In C, one call before mg_start():
///
///   #define SEADRAGON_CIVETWEB_INTERCEPT    // the true status, first byte, aborts
///   #include <seadragon/monitoring/civetweb.h>
///
///   seadragon::monitoring::Monitor monitor("127.0.0.1:10300");    // serves /metrics there
///   const auto instrumentation = seadragon::monitoring::civetweb::instrument(callbacks, monitor);
///   mg_context* context = mg_start(&callbacks, user_data, options);
///
/// In C++, the type of the server:
///
///   seadragon::monitoring::civetweb::Server server(monitor, options);
///   // was: CivetServer server(options);
///
/// Every request is counted once, with its URI as it was registered, and timed until its handler
/// has returned, streams included. Your callbacks, authentication, error pages and access log stay
/// yours.
///
/// CivetWeb tells nobody what a handler writes. Without interception the status is the number that
/// the handler returns, and `unknown` where that is 1 or true; who left before the end is not seen.
/// Where SEADRAGON_CIVETWEB_INTERCEPT is defined before this header comes first, macros put
/// functions of ours in place of CivetWeb's in that file, and what the file writes is seen: the
/// true status, the first byte, the bytes of the body, clients that leave, streams that break off.
/// Answers then carry X-Request-ID and X-Process-Time (seconds until the head was ready) as well.
/// Define it in each file that answers requests; docs/http.md has the details.
///
/// Not seen: connections on which no request came, requests for another host's URI or for `*`,
/// which CivetWeb closes without a word, and what is written in other threads than the handler's.
///
/// Header only: it compiles against the CivetWeb that you include, 1.15 or later.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <civetweb.h>
#if defined(__has_include)
#if __has_include(<CivetServer.h>)
#include <CivetServer.h>
#endif
#endif

#include "seadragon/monitoring/detail/civetweb_callbacks.h"
#include "seadragon/monitoring/detail/civetweb_exchange.h"
#include "seadragon/monitoring/detail/civetweb_handlers.h"
#include "seadragon/monitoring/detail/civetweb_intercepted.h"
#include "seadragon/monitoring/detail/civetweb_routes.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"
#ifdef CIVETSERVER_HEADER_INCLUDED
#include "seadragon/monitoring/detail/civet_server.h"
#endif

namespace seadragon::monitoring::civetweb {

/// The id of the request that this thread is handling, empty outside of a handler or callback. Take
/// it along explicitly when the work goes on in another thread.
inline std::string request_id() {
  const auto& exchange = detail::current().exchange;
  return exchange ? std::string(exchange->request_id()) : std::string();
}

/// Whom the request counts for that this thread is handling: for its ticket (queue.h). Counts
/// nothing outside of a handler and where the resolver named nobody.
inline Usage usage() {
  const auto& exchange = detail::current().exchange;
  return exchange ? exchange->usage() : Usage();
}

/// Finds out who sent a request, by ids of your own; nullopt: nobody, or you do not know. Called
/// once for each request whose head could be read, before your own callbacks, in the threads of the
/// server; what it throws counts as user `error`. It alone sees the key.
using CallerResolver = detail::CallerResolver;

/// Holds the place of a server in the table of monitored servers. Keep it until mg_start() has
/// returned; from then on the place is held by the server, until mg_stop().
class [[nodiscard]] Instrumentation {
 public:
  Instrumentation(Instrumentation&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  Instrumentation& operator=(Instrumentation&& other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
  }
  ~Instrumentation() {
    if (slot_ != nullptr) detail::slots().release(*slot_);
  }

 private:
  friend Instrumentation instrument(mg_callbacks&, Monitor&, CallerResolver);
  explicit Instrumentation(detail::Slot& slot) noexcept : slot_(&slot) {}

  detail::Slot* slot_;
};

/// Puts begin_request, end_request, log_access, http_error, init_context and exit_context of ours
/// before those that `callbacks` has, which are called as before. To be given to mg_start(). Once
/// more for the same `callbacks`, as for a second try, it takes the place of the first time. The
/// monitor must outlive the server. Throws std::runtime_error beyond 64 servers at a time.
inline Instrumentation instrument(mg_callbacks& callbacks, Monitor& monitor,
                                  CallerResolver resolve_caller = nullptr) {
  return Instrumentation(detail::slots().take(
      monitor, std::move(resolve_caller), callbacks, [](std::size_t index, mg_callbacks& now) {
        detail::install(index, now, std::make_index_sequence<detail::max_servers>());
      }));
}

/// mg_set_request_handler for an instrumented server: `uri` becomes the route of what it answers,
/// and of what it declines with 0. Its series exist from now on. A handler of nullptr removes. On
/// a server that is not instrumented it is the original. Interception calls it for you.
inline void set_request_handler(mg_context* context, const char* uri, mg_request_handler handler,
                                void* data) {
  const auto server = detail::slots().find(context);
  if (server != nullptr && server->slot != nullptr) {
    detail::set_request_handler(*server, *server->slot->monitor, context, uri, handler, data);
  } else {
    mg_set_request_handler(context, uri, handler, data);
  }
}

/// The same for a server that runs already and was not instrumented: requests of this URI alone
/// are counted, from the handler's call to its return; what it declines reads `unknown`. Remove
/// the handler before mg_stop(), or what is kept of it stays until the process ends. On an
/// instrumented server the monitor is that of the server.
inline void set_request_handler(mg_context* context, const char* uri, mg_request_handler handler,
                                void* data, Monitor& monitor) {
  const auto server = detail::slots().find_or_add(context);
  Monitor& used = server->slot != nullptr ? *server->slot->monitor : monitor;
  detail::set_request_handler(*server, used, context, uri, handler, data);
}

/// mg_set_websocket_handler_with_subprotocols for an instrumented server: a connection counts as
/// one request of the route `uri`, with status 101, from its handshake until it is closed. On a
/// server that is not instrumented it is the original. Interception calls it for you.
inline void set_websocket_handler_with_subprotocols(mg_context* context, const char* uri,
                                                    mg_websocket_subprotocols* subprotocols,
                                                    mg_websocket_connect_handler connect,
                                                    mg_websocket_ready_handler ready,
                                                    mg_websocket_data_handler data,
                                                    mg_websocket_close_handler close, void* user) {
  const auto server = detail::slots().find(context);
  if (server != nullptr && server->slot != nullptr) {
    detail::set_websocket_handler(*server, *server->slot->monitor, context, uri, subprotocols,
                                  {connect, ready, data, close, user, {}});
  } else {
    mg_set_websocket_handler_with_subprotocols(context, uri, subprotocols, connect, ready, data,
                                               close, user);
  }
}

/// mg_set_websocket_handler, the same.
inline void set_websocket_handler(mg_context* context, const char* uri,
                                  mg_websocket_connect_handler connect,
                                  mg_websocket_ready_handler ready, mg_websocket_data_handler data,
                                  mg_websocket_close_handler close, void* user) {
  set_websocket_handler_with_subprotocols(context, uri, nullptr, connect, ready, data, close, user);
}

#ifdef CIVETSERVER_HEADER_INCLUDED
namespace detail {

/// What must be there before the base that starts the server, and after it has stopped.
struct InstrumentedCallbacks {
  InstrumentedCallbacks(Monitor& monitor, const CivetCallbacks* user, CallerResolver resolve)
      : chained(user != nullptr ? *user : CivetCallbacks()),
        instrumentation(instrument(chained, monitor, std::move(resolve))) {}

  CivetCallbacks chained;
  Instrumentation instrumentation;
};

}  // namespace detail

/// A CivetServer that counts and times. The arguments between the monitor and the resolver are
/// those of its constructor, which starts the server and throws CivetException as well as
/// std::runtime_error (instrument). The monitor must outlive it.
///
/// Register handlers on this type: of those registered through a reference to CivetServer the
/// route reads `unmatched`.
class Server : private detail::InstrumentedCallbacks, public CivetServer {
 public:
  Server(Monitor& monitor, const char** options, const CivetCallbacks* callbacks = nullptr,
         const void* user_context = nullptr, CallerResolver resolve_caller = nullptr)
      : InstrumentedCallbacks(monitor, callbacks, std::move(resolve_caller)),
        CivetServer(options, &chained, user_context),
        monitor_(monitor) {}
  Server(Monitor& monitor, const std::vector<std::string>& options,
         const CivetCallbacks* callbacks = nullptr, const void* user_context = nullptr,
         CallerResolver resolve_caller = nullptr)
      : InstrumentedCallbacks(monitor, callbacks, std::move(resolve_caller)),
        CivetServer(options, &chained, user_context),
        monitor_(monitor) {}

  /// Stops the server while its handlers are still there.
  ~Server() override { close(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Those of CivetServer, with its meaning; `uri` becomes the route.

  void addHandler(const std::string& uri, CivetHandler* handler) {
    auto routed =
        std::make_unique<detail::RoutedHandler>(monitor_, detail::route_of(monitor_, uri), handler);
    handlers_.set(uri, std::move(routed), false,
                  [&](CivetHandler* now) { CivetServer::addHandler(uri, now); });
  }
  void addHandler(const std::string& uri, CivetHandler& handler) { addHandler(uri, &handler); }
  void removeHandler(const std::string& uri) {
    handlers_.set(uri, nullptr, false, [&](CivetHandler*) { CivetServer::removeHandler(uri); });
  }

  void addWebSocketHandler(const std::string& uri, CivetWebSocketHandler* handler) {
    auto routed =
        std::make_unique<detail::RoutedWebSocketHandler>(monitor_.http_route("GET", uri), handler);
    web_socket_handlers_.set(uri, std::move(routed), true, [&](CivetWebSocketHandler* now) {
      CivetServer::addWebSocketHandler(uri, now);
    });
  }
  void addWebSocketHandler(const std::string& uri, CivetWebSocketHandler& handler) {
    addWebSocketHandler(uri, &handler);
  }
  void removeWebSocketHandler(const std::string& uri) {
    web_socket_handlers_.set(uri, nullptr, true, [&](CivetWebSocketHandler*) {
      CivetServer::removeWebSocketHandler(uri);
    });
  }

 private:
  Monitor& monitor_;
  detail::Registrations<detail::RoutedHandler> handlers_;
  detail::Registrations<detail::RoutedWebSocketHandler> web_socket_handlers_;
};
#endif

}  // namespace seadragon::monitoring::civetweb

#ifdef SEADRAGON_CIVETWEB_INTERCEPT
#define mg_read seadragon::monitoring::civetweb::intercepted::read
#define mg_store_body seadragon::monitoring::civetweb::intercepted::store_body
#define mg_write seadragon::monitoring::civetweb::intercepted::write
#define mg_printf seadragon::monitoring::civetweb::intercepted::printf
#define mg_send_chunk seadragon::monitoring::civetweb::intercepted::send_chunk
#define mg_response_header_start seadragon::monitoring::civetweb::intercepted::response_header_start
#define mg_response_header_add seadragon::monitoring::civetweb::intercepted::response_header_add
#define mg_response_header_add_lines \
  seadragon::monitoring::civetweb::intercepted::response_header_add_lines
#define mg_response_header_send seadragon::monitoring::civetweb::intercepted::response_header_send
#define mg_send_http_ok seadragon::monitoring::civetweb::intercepted::send_http_ok
#define mg_send_http_redirect seadragon::monitoring::civetweb::intercepted::send_http_redirect
#define mg_send_http_error seadragon::monitoring::civetweb::intercepted::send_http_error
#define mg_send_file seadragon::monitoring::civetweb::intercepted::send_file
#define mg_send_file_body seadragon::monitoring::civetweb::intercepted::send_file_body
#define mg_send_mime_file seadragon::monitoring::civetweb::intercepted::send_mime_file
#define mg_send_mime_file2 seadragon::monitoring::civetweb::intercepted::send_mime_file2
#define mg_set_request_handler seadragon::monitoring::civetweb::set_request_handler
#define mg_set_websocket_handler seadragon::monitoring::civetweb::set_websocket_handler
#define mg_set_websocket_handler_with_subprotocols \
  seadragon::monitoring::civetweb::set_websocket_handler_with_subprotocols
#endif
