#include "lib/src/http_series.h"

#include <algorithm>
#include <memory>

#include "lib/src/catalog.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t most_routes = 1000;

constexpr std::array<std::string_view, 4> outcome_names = {"completed", "client_abort",
                                                           "server_abort", "error"};

/// What an API answers sooner or later.
constexpr std::array expected_statuses = {200, 400, 401, 403, 404, 408,
                                          413, 422, 429, 500, 503, 504};
constexpr std::array unmatched_statuses = {400, 404, 405, 413, 414};

}  // namespace

std::size_t method_index(std::string_view method) noexcept {
  const auto known = std::ranges::find(http_methods.begin(), http_methods.end() - 1, method);
  return static_cast<std::size_t>(known - http_methods.begin());
}

std::string_view outcome_name(HttpOutcome outcome) noexcept {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

MethodSeries::MethodSeries(Families& families, std::string_view route, std::string_view method)
    : duration(
          families.histogram(metric("seadragon_http_request_duration_seconds"), {method, route})),
      families_(families),
      route_(route),
      method_(method) {}

Counter MethodSeries::requests(int status) {
  const bool known = status >= first_status && status <= last_status;
  std::atomic<Counter>& requests =
      known ? requests_[static_cast<std::size_t>(status - first_status)] : requests_.back();
  Counter counter = requests.load(std::memory_order_acquire);
  if (!counter) {
    // Two threads may come here at once; both get the same series.
    counter = families_.counter(metric("seadragon_http_requests_total"),
                                {method_, route_, known ? std::to_string(status) : "unknown"});
    requests.store(counter, std::memory_order_release);
  }
  return counter;
}

RouteSeries::RouteSeries(Families& families, std::string_view route)
    : time_to_first_byte(
          families.histogram(metric("seadragon_http_time_to_first_byte_seconds"), {route})),
      errors(families.counter(metric("seadragon_http_errors_total"), {route})),
      request_bytes(families.counter(metric("seadragon_http_request_bytes_total"), {route})),
      response_bytes(families.counter(metric("seadragon_http_response_bytes_total"), {route})),
      families_(families),
      route_(route) {
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    outcomes_[i] =
        families.counter(metric("seadragon_http_outcomes_total"), {route, outcome_names[i]});
  }
}

RouteSeries::~RouteSeries() {
  for (const std::atomic<MethodSeries*>& method : methods_) delete method.load();
}

MethodSeries& RouteSeries::method(std::size_t index) {
  std::atomic<MethodSeries*>& method = methods_[index];
  MethodSeries* known = method.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  auto made = std::make_unique<MethodSeries>(families_, route_, http_methods[index]);
  // Another thread may have been faster; its series are the same.
  if (method.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) {
    return *made.release();
  }
  return *known;
}

HttpSeries::HttpSeries(Families& families)
    : started(families.unexposed_counter()),
      finished(families.unexposed_counter()),
      connections_accepted(families.unexposed_counter()),
      connections_served(families.unexposed_counter()),
      connections_refused(families.counter(metric("seadragon_http_connections_refused_total"), {})),
      connection_wait(families.histogram(metric("seadragon_http_connection_wait_seconds"), {})),
      families_(families),
      unmatched_(families, "unmatched") {
  // In this order what begins meanwhile is seen and what ends counts once more: never below 0.
  families.read(metric("seadragon_http_requests_in_flight"), {}, [this] {
    const std::uint64_t ended = Families::total(finished);
    return static_cast<double>(Families::total(started) - ended);
  });
  families.read(metric("seadragon_http_connections_waiting"), {}, [this] {
    const std::uint64_t ended = Families::total(connections_served);
    return static_cast<double>(Families::total(connections_accepted) - ended);
  });
  for (const std::string_view method : {"GET", "POST"}) {
    for (const int status : unmatched_statuses) {
      unmatched_.method(method_index(method)).requests(status);
    }
  }
}

RouteSeries& HttpSeries::route(std::string_view method, std::string_view pattern) {
  const std::lock_guard lock(mutex_);
  if (routes_.size() >= most_routes && !routes_.contains(pattern)) pattern = "other";
  RouteSeries& route = routes_.try_emplace(std::string(pattern), families_, pattern).first->second;
  MethodSeries& series = route.method(method_index(method));
  for (const int status : expected_statuses) series.requests(status);
  return route;
}

}  // namespace seadragon::monitoring::detail
