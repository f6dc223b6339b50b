/// Which route took a request of a cpp-httplib server. Not part of the API.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <httplib.h>

#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"

namespace seadragon::monitoring::httplib::detail {

using Request = ::httplib::Request;

template <class AnyRequest, class = void>
inline constexpr bool tells_route = false;  // since 0.21
template <class AnyRequest>
inline constexpr bool
    tells_route<AnyRequest, std::void_t<decltype(std::declval<AnyRequest&>().matched_route)>> =
        true;

/// True for a pattern that matches itself alone.
inline bool is_literal(const std::string& pattern) {
  return pattern.find_first_of("\\^$.|?*+()[]{}:") == std::string::npos;
}

/// Routes as they were registered. add() and add_mount() are for set-up; find() is for any thread
/// and takes no lock but for the first request of a route that it did not know.
class Routes {
 public:
  explicit Routes(Monitor& monitor)
      : monitor_(monitor), unnamed_(monitor.http_route("GET", "unnamed")) {}
  ~Routes() {
    for (const Matched* each = matched_.load(); each != nullptr;) {
      delete std::exchange(each, each->next);
    }
  }
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  HttpRoute add(std::string_view method, const std::string& pattern) {
    const HttpRoute route = monitor_.http_route(method, pattern);
    if (is_literal(pattern)) literals_[pattern] = route;
    return route;
  }

  void add_mount(const std::string& path) {
    mounts_.emplace_back(path, monitor_.http_route("GET", path));
  }

  /// The route of a request whose handler did not name it: `unmatched` if nobody knows one.
  HttpRoute find(const Request& request, int status) noexcept {
    if constexpr (tells_route<Request>) {
      const std::string& pattern = matched_route(request);
      if (!pattern.empty()) return find_matched(request.method, pattern);
    }
    // Refused before its handler (no key, wrong method), but the path is a registered one.
    const auto literal = literals_.find(request.path);
    if (literal != literals_.end()) return literal->second;
    if (status < 400) {
      for (const auto& [path, route] : mounts_) {
        if (lies_under(request.path, path)) return route;
      }
    }
    // A pattern took it, which an older version does not tell.
    return request.matches.empty() ? HttpRoute() : unnamed_;
  }

 private:
  struct Matched {
    std::string pattern;
    HttpRoute route;
    const Matched* next;
  };

  template <class AnyRequest>
  static const std::string& matched_route(const AnyRequest& request) {
    return request.matched_route;
  }

  static bool lies_under(const std::string& path, const std::string& mount) {
    return path.compare(0, mount.size(), mount) == 0 &&
           (mount.back() == '/' || path.size() == mount.size() || path[mount.size()] == '/');
  }

  const Matched* matched(const std::string& pattern) const noexcept {
    const Matched* each = matched_.load(std::memory_order_acquire);
    while (each != nullptr && each->pattern != pattern) each = each->next;
    return each;
  }

  // A list, because a server has few routes, and no more than were registered.
  HttpRoute find_matched(const std::string& method, const std::string& pattern) noexcept {
    if (const Matched* const known = matched(pattern)) return known->route;
    try {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (const Matched* const known = matched(pattern)) return known->route;
      auto made = std::make_unique<Matched>(Matched{pattern, monitor_.http_route(method, pattern),
                                                    matched_.load(std::memory_order_relaxed)});
      matched_.store(made.get(), std::memory_order_release);
      return made.release()->route;
    } catch (...) {
      return unnamed_;  // out of memory
    }
  }

  Monitor& monitor_;
  const HttpRoute unnamed_;
  std::map<std::string, HttpRoute> literals_;
  std::vector<std::pair<std::string, HttpRoute>> mounts_;
  std::mutex mutex_;  // for adding to the list
  std::atomic<const Matched*> matched_{nullptr};
};

}  // namespace seadragon::monitoring::httplib::detail
