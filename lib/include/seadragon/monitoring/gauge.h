/// A value that goes up and down: a temperature, a fill level. The last value set is exposed.
///
///   Gauge usage = registry.gauge("app_cache_usage_ratio", "Share of the cache in use.");
///   usage.set(0.73);
///
/// For a value that can be read when Prometheus asks, give Registry::gauge a function instead:
/// nothing needs to be kept up to date then. For one known by its changes, see up_down_counter.h.
#pragma once

#include <atomic>

namespace seadragon::monitoring {

namespace detail {
class Families;

/// What nobody reads: where gauges that were never registered store.
inline std::atomic<double> unread_level = 0;
}  // namespace detail

/// A handle to one gauge series; copy it freely, use it from any thread. Valid as long as its
/// Registry. A handle made by default sets nothing, one whose series was removed what nobody sees.
class Gauge {
 public:
  Gauge() = default;

  /// One store.
  void set(double value) const noexcept { value_->store(value, std::memory_order_relaxed); }

 private:
  friend class detail::Families;
  explicit Gauge(std::atomic<double>* value) noexcept : value_(value) {}

  // That of a series has a cache line of its own.
  std::atomic<double>* value_ = &detail::unread_level;
};

}  // namespace seadragon::monitoring
