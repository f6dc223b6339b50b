/// Makes instruments and writes what they hold as a page for Prometheus.
///
///   Registry registry;
///   Counter hits = registry.counter("app_cache_hits_total", "Look-ups answered from the cache.");
///   hits.increment();
///   registry.text();   // "# HELP app_cache_hits_total ...\n..."
///
/// Make instruments once, at start, and keep the handles: making one takes a lock and looks names
/// up, using one does neither. For label values not known at start there is family.h; exposition.h
/// writes pages in other formats and out of several registries.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "seadragon/monitoring/counter.h"
#include "seadragon/monitoring/family.h"
#include "seadragon/monitoring/gauge.h"
#include "seadragon/monitoring/histogram.h"
#include "seadragon/monitoring/up_down_counter.h"

namespace seadragon::monitoring {

/// Label names and values, in the order in which they are exposed.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Series that a family may have unless it is made with another number.
inline constexpr std::size_t default_max_series = 10'000;

/// Owns series. All functions may be called from any thread; a scrape blocks neither recording nor
/// registration. Must outlive every handle it gave away.
///
/// The same name and labels give the same series again. What cannot be exposed is refused when it
/// is made, with std::invalid_argument that names the metric: a name that does not match
/// [a-zA-Z_][a-zA-Z0-9_]*, a counter without `_total`, a second type, help, set of label names or
/// bounds for one metric, bounds that do not ascend, a name that another family takes on the page
/// (`x_bucket`, `x_sum`, `x_count` beside a histogram `x`; `x` and `x_created` beside `x_total`).
/// Label values may hold anything; bytes that are no UTF-8 are replaced by U+FFFD, because
/// Prometheus would refuse the whole page. Beyond `default_max_series` series of one family, new
/// label values all read `other` (family.h).
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
  UpDownCounter up_down_counter(std::string_view name, std::string_view help,
                                const Labels& labels = {});
  Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  Histogram histogram(std::string_view name, std::string_view help, HistogramOptions options,
                      const Labels& labels = {});

  /// Series whose values are read at every scrape. `read` runs on the scraping thread, one call at
  /// a time; it must not throw, nor call back into this registry.
  void counter(std::string_view name, std::string_view help, const Labels& labels,
               std::function<double()> read);
  void gauge(std::string_view name, std::string_view help, const Labels& labels,
             std::function<double()> read);

  /// Families whose label values come with the events. `max_series` is at least 1 and counts from
  /// the first call that makes the family.
  Family<Counter> counter_family(std::string_view name, std::string_view help,
                                 std::vector<std::string> labels,
                                 std::size_t max_series = default_max_series);
  Family<UpDownCounter> up_down_counter_family(std::string_view name, std::string_view help,
                                               std::vector<std::string> labels,
                                               std::size_t max_series = default_max_series);
  Family<Gauge> gauge_family(std::string_view name, std::string_view help,
                             std::vector<std::string> labels,
                             std::size_t max_series = default_max_series);
  Family<Histogram> histogram_family(std::string_view name, std::string_view help,
                                     HistogramOptions options, std::vector<std::string> labels,
                                     std::size_t max_series = default_max_series);

  /// Takes a series off the page (see Family::remove). False if there is none.
  bool remove(std::string_view name, const Labels& labels);

  /// The page in the Prometheus text format 0.0.4: families in the order in which they were made.
  std::string text() const;

  /// The families themselves, for the library's own subjects.
  detail::Families& families() noexcept { return *families_; }
  const detail::Families& families() const noexcept { return *families_; }

 private:
  std::unique_ptr<detail::Families> families_;
};

}  // namespace seadragon::monitoring
