/// Series by label values that are known only when an event happens, such as a model's name.
///
///   Family<Counter> requests =
///       registry.counter_family("app_requests_total", "Requests.", {"model", "status"});   // at
///       start
///   requests.with({model, "200"}).increment();                                             // per
///   event
///
/// Where the values are known at start, resolve the series then (registry.h): a look-up costs ten
/// times the event itself.
#pragma once

#include <initializer_list>
#include <string_view>

#include "seadragon/monitoring/counter.h"
#include "seadragon/monitoring/gauge.h"
#include "seadragon/monitoring/histogram.h"
#include "seadragon/monitoring/up_down_counter.h"

namespace seadragon::monitoring {

namespace detail {
class SeriesFamily;
}

/// A handle to a family of Counter, UpDownCounter, Gauge or Histogram; copy it freely, use it from
/// any thread. Valid as long as its Registry. One made by default gives instruments that count
/// into nothing.
template <class Instrument>
class Family {
 public:
  Family() = default;

  /// The series with these label values, in the order of the label names, made when it is first
  /// asked for. Looking one up takes no lock and allocates nothing.
  ///
  /// Values may hold anything (registry.h). When the family has as many series as it may have,
  /// further values share the series whose values all read `other`: totals stay exact, a stranger
  /// who makes values up cannot fill the memory of Prometheus, and each use of `other` is counted
  /// (seadragon_monitoring_series_dropped_total). The same when no memory or no cells are left,
  /// and where the number of values is wrong, but that these count into nothing.
  Instrument with(std::initializer_list<std::string_view> values) const noexcept;

  /// Takes a series off the page; its handles stay valid and count what nobody sees. with() puts
  /// it back, where it stood. False if there is none. Its cells and label text, about 150 bytes,
  /// are kept as long as the Registry.
  bool remove(std::initializer_list<std::string_view> values) const;

 private:
  friend class detail::Families;
  Family(detail::Families& families, detail::SeriesFamily& family) noexcept
      : families_(&families), family_(&family) {}

  detail::Families* families_ = nullptr;
  detail::SeriesFamily* family_ = nullptr;
};

extern template class Family<Counter>;
extern template class Family<UpDownCounter>;
extern template class Family<Gauge>;
extern template class Family<Histogram>;

}  // namespace seadragon::monitoring
