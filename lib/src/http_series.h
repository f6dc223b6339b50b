/// The series of the HTTP subject.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "lib/src/families.h"
#include "seadragon/monitoring/http.h"

namespace seadragon::monitoring::detail {

/// Label `method`: those of RFC 9110 section 9 and RFC 5789, and `other` for whatever else is sent.
inline constexpr std::array<std::string_view, 10> http_methods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "other"};

/// Index into http_methods.
std::size_t method_index(std::string_view method) noexcept;

/// Label `outcome`.
std::string_view outcome_name(HttpOutcome outcome) noexcept;

/// The series of one route and method. Any thread may use it.
class MethodSeries {
 public:
  MethodSeries(Families& families, std::string_view route, std::string_view method);

  const Histogram duration;

  /// The counter of a status, made when it is first asked for. What is no status (below 100, above
  /// 599) reads `unknown`: better no number than a wrong one.
  Counter requests(int status);

 private:
  static constexpr int first_status = 100;
  static constexpr int last_status = 599;

  Families& families_;
  const std::string route_, method_;
  std::array<std::atomic<Counter>, last_status - first_status + 2> requests_{};  // last: unknown
};

/// The series of one route. Any thread may use it.
class RouteSeries {
 public:
  RouteSeries(Families& families, std::string_view route);
  ~RouteSeries();
  RouteSeries(const RouteSeries&) = delete;
  RouteSeries& operator=(const RouteSeries&) = delete;

  std::string_view name() const noexcept { return route_; }

  const Histogram time_to_first_byte;
  // Status 400 or above, together: it exists with 0 before the first one, whichever it will be.
  const Counter errors;
  const Counter request_bytes, response_bytes;

  const Counter& outcomes(HttpOutcome outcome) const noexcept {
    return outcomes_[static_cast<std::size_t>(outcome)];
  }

  /// By index into http_methods; made when it is first asked for.
  MethodSeries& method(std::size_t index);

 private:
  Families& families_;
  const std::string route_;
  std::array<Counter, 4> outcomes_;
  std::array<std::atomic<MethodSeries*>, http_methods.size()> methods_{};
};

/// All of them. Any thread may use it.
class HttpSeries {
 public:
  explicit HttpSeries(Families& families);

  /// The route with this pattern. From now on its series exist with 0 for `method` and the statuses
  /// to be expected: Prometheus sees no increase from nothing to 1.
  RouteSeries& route(std::string_view method, std::string_view pattern);

  /// Requests that no route took.
  RouteSeries& unmatched() noexcept { return unmatched_; }

  // In flight is what started and has not finished, so no counter is shared by two threads.
  const Counter started, finished;

  // So with those that wait: what was accepted and is neither served nor refused.
  const Counter connections_accepted, connections_served, connections_refused;
  const Histogram connection_wait;

 private:
  Families& families_;
  std::mutex mutex_;  // for the routes
  std::map<std::string, RouteSeries, std::less<>> routes_;
  RouteSeries unmatched_;
};

}  // namespace seadragon::monitoring::detail
