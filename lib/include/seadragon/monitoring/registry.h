/// Makes instruments and writes what they hold as a page for Prometheus.
///
///   Registry registry;
///   Counter hits = registry.counter("app_cache_hits_total", "Look-ups answered from the cache.");
///   hits.increment();
///   registry.text();   // "# HELP app_cache_hits_total ...\n..."
///
/// Make instruments once, at start, and keep the handles: making one takes a lock and looks names
/// up, using one does neither.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "seadragon/monitoring/counter.h"
#include "seadragon/monitoring/gauge.h"
#include "seadragon/monitoring/histogram.h"

namespace seadragon::monitoring {

/// Label names and values, in the order in which they are exposed.
using Labels = std::vector<std::pair<std::string, std::string>>;

namespace detail {
class Families;
}

/// Owns series. All functions may be called from any thread; a scrape blocks neither recording nor
/// registration. Must outlive every handle it gave away.
///
/// The same name and labels give the same series again. What cannot be exposed is refused when it
/// is made, with std::invalid_argument that names the metric: a name that does not match
/// [a-zA-Z_][a-zA-Z0-9_]*, a counter without `_total`, a second type, help or set of label names
/// for one metric, bounds that do not ascend, the name of a series of some histogram (`x_bucket`,
/// `x_sum`, `x_count` beside a histogram `x`). Label values may hold anything; bytes that are no
/// UTF-8 are replaced by U+FFFD, because Prometheus would refuse the whole page.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  Histogram histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                      const Labels& labels = {});

  /// Series whose values are read at every scrape. `read` runs on the scraping thread, one call at
  /// a time; it must not throw, nor call back into this registry.
  void counter(std::string_view name, std::string_view help, const Labels& labels,
               std::function<double()> read);
  void gauge(std::string_view name, std::string_view help, const Labels& labels,
             std::function<double()> read);

  /// The page in the Prometheus text format 0.0.4: families in the order in which they were made.
  std::string text() const;

  /// The families themselves, for the library's own subjects.
  detail::Families& families() noexcept { return *families_; }

 private:
  std::unique_ptr<detail::Families> families_;
};

}  // namespace seadragon::monitoring
