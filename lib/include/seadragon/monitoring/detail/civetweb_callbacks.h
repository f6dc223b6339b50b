/// The callbacks of CivetWeb servers, chained to ours. CivetWeb leaves no pointer for us in them
/// (its `user_data` belongs to the user), so each server has a slot of a table, and its callbacks
/// are functions of that slot. Not part of the API.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include <civetweb.h>

#include "seadragon/monitoring/detail/civetweb_exchange.h"
#include "seadragon/monitoring/detail/civetweb_handlers.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::civetweb::detail {

inline constexpr std::size_t max_servers = 64;

/// What the callbacks of a server need. Written before it starts, read by its threads.
struct Slot {
  Monitor* monitor = nullptr;
  CallerResolver resolve_caller;
  mg_callbacks user{};
  // Guarded by Slots:
  mg_callbacks ours{};      // that call this slot; none before it was first taken
  int holders = 0;          // handles and running servers
  std::uint64_t freed = 0;  // the how manieth to become free, the last time
};

/// Of a server that runs, or of one that is not instrumented but has routes.
struct ServerHandlers {
  Slot* slot = nullptr;
  Registrations<RequestHandler> requests;
  Registrations<WebSocketHandler> web_sockets;
};

/// All of them. Any thread may use it.
class Slots {
 public:
  /// The slot that has been free longest: callbacks of a server that is gone may still call theirs.
  /// `install(index, callbacks)` makes `callbacks` those of a slot.
  template <class Install>
  Slot& take(Monitor& monitor, CallerResolver resolve_caller, mg_callbacks& callbacks,
             const Install& install) {
    const std::lock_guard lock(mutex_);
    Slot* free = nullptr;
    for (Slot& slot : slots_) {
      if (slot.holders == 0 && (free == nullptr || slot.freed < free->freed)) free = &slot;
    }
    if (free == nullptr) {
      throw std::runtime_error("64 CivetWeb servers are monitored already, no more can be");
    }
    free->monitor = &monitor;
    free->resolve_caller = std::move(resolve_caller);
    free->user = without_ours(callbacks);
    free->holders = 1;
    install(static_cast<std::size_t>(free - slots_.data()), callbacks);
    free->ours = callbacks;
    return *free;
  }

  void release(Slot& slot) noexcept {
    const std::lock_guard lock(mutex_);
    let_go(slot);
  }

  void started(Slot& slot, const mg_context* context) {
    const std::lock_guard lock(mutex_);
    ++slot.holders;
    const auto server = std::make_shared<ServerHandlers>();
    server->slot = &slot;
    servers_[context] = server;
  }

  void stopped(Slot& slot, const mg_context* context) noexcept {
    const std::lock_guard lock(mutex_);
    servers_.erase(context);
    let_go(slot);
  }

  /// nullptr for a server that is not instrumented.
  std::shared_ptr<ServerHandlers> find(const mg_context* context) {
    const std::lock_guard lock(mutex_);
    const auto server = servers_.find(context);
    return server != servers_.end() ? server->second : nullptr;
  }

  /// Nobody tells when a server without callbacks ends: it is kept.
  std::shared_ptr<ServerHandlers> find_or_add(const mg_context* context) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<ServerHandlers>& server = servers_[context];
    if (!server) server = std::make_shared<ServerHandlers>();
    return server;
  }

  Slot& operator[](std::size_t index) noexcept { return slots_[index]; }

 private:
  void let_go(Slot& slot) noexcept {
    if (--slot.holders > 0) return;
    slot.resolve_caller = nullptr;
    slot.freed = ++freed_;
  }

  /// Callbacks that were instrumented before, as they were then: they must not call themselves.
  mg_callbacks without_ours(mg_callbacks callbacks) const noexcept {
    restore(callbacks, &mg_callbacks::begin_request);
    restore(callbacks, &mg_callbacks::end_request);
    restore(callbacks, &mg_callbacks::log_access);
    restore(callbacks, &mg_callbacks::http_error);
    restore(callbacks, &mg_callbacks::init_context);
    restore(callbacks, &mg_callbacks::exit_context);
    return callbacks;
  }

  template <class Callback>
  void restore(mg_callbacks& callbacks, Callback mg_callbacks::*callback) const noexcept {
    for (const Slot& slot : slots_) {
      if (callbacks.*callback == nullptr || callbacks.*callback != slot.ours.*callback) continue;
      callbacks.*callback = slot.user.*callback;
      return;
    }
  }

  std::mutex mutex_;
  std::uint64_t freed_ = 0;
  std::array<Slot, max_servers> slots_;
  std::map<const mg_context*, std::shared_ptr<ServerHandlers>> servers_;
};

/// Never destroyed: a server may run until the process ends.
inline Slots& slots() {
  static Slots& slots = *new Slots;
  return slots;
}

inline int begin_request(Slot& slot, mg_connection* connection) {
  Current* now = begin(*slot.monitor, connection);
  if (now != nullptr) identify(*now->exchange, slot.resolve_caller, connection);
  if (slot.user.begin_request == nullptr) return 0;
  const int result = slot.user.begin_request(connection);
  if (now != nullptr) write_held(*now, connection);
  return result;
}

inline void end_request(Slot& slot, const mg_connection* connection, int status) {
  Current* now = current_of(connection);
  // No begin_request goes before a redirection to HTTPS.
  if (current().connection != connection) now = begin(*slot.monitor, connection);
  if (now != nullptr && now->status == 0 && is_status(status)) now->status = status;
  if (slot.user.end_request != nullptr) slot.user.end_request(connection, status);
}

/// The last callback of a request, and the only one that knows its bytes.
inline int log_access(Slot& slot, const mg_connection* connection, const char* line) {
  Current* now = current_of(connection);
  const mg_request_info* request = mg_get_request_info(connection);
  if (now != nullptr) {
    finish(*now, request != nullptr ? logged_bytes(*request, line) : std::nullopt);
  }
  const int result = slot.user.log_access != nullptr ? slot.user.log_access(connection, line) : 0;
  if (current().connection == connection) current().reset();
  return result;
}

/// Before each page that CivetWeb writes for an error.
inline int http_error(Slot& slot, mg_connection* connection, int status, const char* message) {
  const bool is_begun = current_of(connection) != nullptr;
  Current* now = begin(*slot.monitor, connection);
  if (now != nullptr && !now->answer.is_seen() && is_status(status)) {
    now->respond(status);
    now->exchange->sent(0);  // the page goes out now
  }
  const int result =
      slot.user.http_error != nullptr ? slot.user.http_error(connection, status, message) : 1;
  if (now == nullptr) return result;
  write_held(*now, connection);
  // A request that could not be read has no other callback.
  const mg_request_info* request = mg_get_request_info(connection);
  if (!is_begun && (request == nullptr || request->local_uri == nullptr)) {
    finish(*now, std::nullopt);
    now->reset();
  }
  return result;
}

inline void init_context(Slot& slot, const mg_context* context) {
  try {
    slots().started(slot, context);
  } catch (...) {  // out of memory: no routes
  }
  if (slot.user.init_context != nullptr) slot.user.init_context(context);
}

inline void exit_context(Slot& slot, const mg_context* context) {
  const auto user = slot.user.exit_context;
  if (user != nullptr) user(context);
  slots().stopped(slot, context);
}

/// The callbacks of one slot.
template <std::size_t index>
struct Chained {
  static void install(mg_callbacks& callbacks) noexcept {
    callbacks.begin_request = [](mg_connection* connection) {
      return detail::begin_request(slots()[index], connection);
    };
    callbacks.end_request = [](const mg_connection* connection, int status) {
      detail::end_request(slots()[index], connection, status);
    };
    callbacks.log_access = [](const mg_connection* connection, const char* line) {
      return detail::log_access(slots()[index], connection, line);
    };
    callbacks.http_error = [](mg_connection* connection, int status, const char* message) {
      return detail::http_error(slots()[index], connection, status, message);
    };
    callbacks.init_context = [](const mg_context* context) {
      detail::init_context(slots()[index], context);
    };
    callbacks.exit_context = [](const mg_context* context) {
      detail::exit_context(slots()[index], context);
    };
  }
};

template <std::size_t... indices>
void install(std::size_t index, mg_callbacks& callbacks, std::index_sequence<indices...>) noexcept {
  static constexpr void (*installers[])(mg_callbacks&) noexcept = {Chained<indices>::install...};
  installers[index](callbacks);
}

}  // namespace seadragon::monitoring::civetweb::detail
