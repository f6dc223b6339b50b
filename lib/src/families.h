/// The series behind a Registry: what exists, where its values are, and the page they make.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "lib/src/metric_spec.h"
#include "seadragon/monitoring/counter.h"
#include "seadragon/monitoring/gauge.h"
#include "seadragon/monitoring/histogram.h"

namespace seadragon::monitoring::detail {

class CellReader;

/// All functions may be called from any thread. Registration takes a lock for a moment; a scrape
/// takes it only to list what there is. Everything registered stays at its address.
class Families {
 public:
  class Family;
  using LabelValues = std::span<const std::string_view>;

  /// The family called `name`, made at first. Throws std::invalid_argument that names the metric
  /// when it cannot be exposed or stands already with another shape.
  Family& family(std::string_view name, MetricType type, std::string_view help,
                 std::vector<std::string> label_names, std::vector<double> bounds = {});
  Family& family(const MetricSpec& spec);

  /// The series of `family` with these label values, made at first. `scale` turns what is counted
  /// into what is exposed (nanoseconds into seconds: 1e-9).
  Counter counter(Family& family, LabelValues values, double scale = 1);
  Gauge gauge(Family& family, LabelValues values);
  Histogram histogram(Family& family, LabelValues values);

  /// A counter or gauge whose value is read at each scrape. Throws std::invalid_argument when the
  /// series exists.
  void read(Family& family, LabelValues values, std::function<double()> read);

  // For the catalog's metrics, whose labels are written out at the call.
  using Values = std::initializer_list<std::string_view>;
  Counter counter(const MetricSpec& spec, Values values, double scale = 1);
  Gauge gauge(const MetricSpec& spec, Values values);
  Histogram histogram(const MetricSpec& spec, Values values);
  void read(const MetricSpec& spec, Values values, std::function<double()> read);

  /// A counter that is not exposed, and what it has counted: material for series that are read.
  static Counter unexposed_counter();
  static std::uint64_t total(const Counter& counter);

  /// `prepare` runs at the beginning of each scrape, before any value is read, one scrape at a
  /// time: the place to take a snapshot from which several series are read.
  void before_scrape(std::function<void()> prepare);

  std::string text() const;

 private:
  struct Count {
    CellId cell;
    double scale;
  };
  struct Blocks {
    CellId block;
  };
  using Level = std::unique_ptr<std::atomic<double>>;
  using Read = std::function<double()>;
  using Source = std::variant<Count, Level, Blocks, Read>;

  struct Series {
    std::string labels;  // escaped: method="GET",route="/"
    Source source;
  };

  template <class Kind, class Make>
  Kind& series(Family& family, LabelValues values, const Make& make);
  static void append(std::string& out, const Family& family, const Series& series,
                     const CellReader& cells);

  mutable std::mutex scrape_mutex_;  // before mutex_, where both are taken
  mutable std::mutex mutex_;
  std::deque<Family> families_;
  std::deque<std::function<void()>> before_scrape_;  // stay at their addresses
};

class Families::Family {
 public:
  Family(std::string_view name, MetricType type, std::string_view help,
         std::vector<std::string> label_names, std::vector<double> bounds);

  const std::string name;
  const MetricType type;
  const std::string help;
  const std::vector<std::string> label_names;
  const std::unique_ptr<const Bounds> bounds;  // histograms only

 private:
  friend class Families;
  std::deque<Series> series_;
  std::unordered_map<std::string, Series*> by_labels_;
  std::vector<std::string> le_;  // le="0.1", one per bucket
};

}  // namespace seadragon::monitoring::detail
