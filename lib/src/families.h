/// The families behind a Registry.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "lib/src/alias_page.h"
#include "lib/src/metric_spec.h"
#include "lib/src/page_writer.h"
#include "lib/src/series_family.h"
#include "seadragon/monitoring/family.h"

namespace seadragon::monitoring::detail {

/// All functions may be called from any thread. Registration takes a lock for a moment; a scrape
/// takes it only to list what there is. Everything registered stays at its address.
class Families {
 public:
  using LabelValues = std::span<const std::string_view>;

  Families() = default;
  ~Families();
  Families(const Families&) = delete;
  Families& operator=(const Families&) = delete;

  /// The family of this name, made at first. Throws std::invalid_argument that names the metric
  /// when it cannot be exposed or stands already with another shape.
  SeriesFamily& family(FamilyShape shape);
  SeriesFamily& family(const MetricSpec& spec, double scale = 1);

  /// Histograms of the catalog made from now on have native buckets too.
  void with_native_histograms() { native_histograms_ = true; }

  /// The series of `family` with these label values, made at first.
  template <class Instrument>
  Instrument get(SeriesFamily& family, LabelValues values);

  /// The same as Family::with and Family::remove.
  template <class Instrument>
  Instrument with(SeriesFamily& family, LabelValues values) noexcept;
  bool remove(SeriesFamily& family, LabelValues values);

  template <class Instrument>
  Family<Instrument> open(SeriesFamily& family) noexcept {
    return {*this, family};
  }

  /// A counter or gauge whose value is read at each scrape. Throws std::invalid_argument when the
  /// series exists.
  void read(SeriesFamily& family, LabelValues values, std::function<double()> read);

  // For the catalog's metrics, whose labels are written out at the call. `scale` turns what is
  // counted into what is exposed (nanoseconds into seconds: 1e-9).
  using Values = std::initializer_list<std::string_view>;
  Counter counter(const MetricSpec& spec, Values values, double scale = 1);
  Gauge gauge(const MetricSpec& spec, Values values);
  Histogram histogram(const MetricSpec& spec, Values values);
  void read(const MetricSpec& spec, Values values, std::function<double()> read);

  /// The family of this name, or null.
  SeriesFamily* find(std::string_view name);

  /// A counter that is not exposed, and what it has counted: material for series that are read.
  Counter unexposed_counter();
  static std::uint64_t total(const Counter& counter);

  /// `prepare` runs at the beginning of each scrape, before any value is read, one scrape at a
  /// time: the place to take a snapshot from which several series are read.
  void before_scrape(std::function<void()> prepare);

  /// From now on these families are on the page a second time, and nothing else may take the names.
  /// `aliases` outlive it. For set-up, before families are made.
  void also_as(std::span<const MetricAlias> aliases) { aliases_ = aliases; }

  /// From now on seadragon_monitoring_* tell of these families on their own page.
  void expose_themselves();

  /// Adds the families that have series, in the order in which they were made. Functions are read
  /// now, cells when the page is written.
  void collect(PageFamilies& page) const;

 private:
  template <class Instrument>
  static Instrument handle(const SeriesFamily& family, const Series& series) noexcept;

  mutable std::mutex scrape_mutex_;  // before mutex_, where both are taken
  mutable std::mutex mutex_;
  std::deque<SeriesFamily> families_;
  std::deque<std::function<void()>> before_scrape_;  // stay at their addresses
  std::deque<std::function<double()>> reads_;        // the same
  std::vector<Counter> unexposed_;
  std::span<const MetricAlias> aliases_;
  bool native_histograms_ = false;
  bool expose_themselves_ = false;
};

}  // namespace seadragon::monitoring::detail
