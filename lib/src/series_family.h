/// The series of one name: what tells them apart, and where their values are.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/src/label_hash.h"
#include "lib/src/metric_spec.h"
#include "lib/src/series_store.h"
#include "seadragon/monitoring/histogram.h"

namespace seadragon::monitoring::detail {

/// What all series of a family have in common.
struct FamilyShape {
  std::string name;
  MetricType type = MetricType::counter;
  std::string help;
  std::vector<std::string> label_names = {};
  HistogramOptions histogram = {};  ///< Histograms only.
  double scale = 1;                 ///< From what cells count to what is exposed.
  std::size_t max_series = 10'000;  ///< Further label values count as `other`.
};

/// Throws std::invalid_argument that names the metric when its name or labels cannot be exposed.
void check(const FamilyShape& shape);

/// Looking up and listing need no lock; adding and removing are for one thread at a time.
class SeriesFamily {
 public:
  using LabelValues = std::span<const std::string_view>;
  using Read = std::function<double()>;

  /// `shape` was checked. Throws std::invalid_argument that names the metric when its bounds are
  /// none.
  explicit SeriesFamily(FamilyShape shape);
  ~SeriesFamily();
  SeriesFamily(const SeriesFamily&) = delete;
  SeriesFamily& operator=(const SeriesFamily&) = delete;

  const FamilyShape& shape() const noexcept { return shape_; }
  bool has_shape(const FamilyShape& shape) const;

  const HistogramShape* histogram() const noexcept { return histogram_.get(); }
  const std::vector<std::string>& le() const noexcept { return le_; }  ///< `le="0.1"`, by bucket.

  /// The series on the page with these values, one per label name; null if there is none.
  const Series* find(LabelValues values) const noexcept;

  /// find(), or else the series that was removed, or a new one, whose value `read` gives if it is
  /// of that kind. Beyond the cap the series whose values all read `other`. Throws
  /// std::invalid_argument when it is of another kind, std::length_error when all cells are taken.
  const Series& find_or_add(LabelValues values, SeriesKind kind, const Read* read = nullptr);

  /// The series `other` while every value that find() does not know belongs there, else null.
  const Series* overflow() const noexcept { return overflow_.load(std::memory_order_acquire); }

  /// Takes a series off the page. False if it is not there.
  bool remove(LabelValues values);

  template <class Visit>
  void each(const Visit& visit) const {
    series_.each([&](const Series& series) {
      if (!series.removed.load(std::memory_order_acquire)) visit(series);
    });
  }

  /// Whether some of the series are functions.
  bool has_reads() const noexcept { return has_reads_.load(std::memory_order_acquire); }

  /// Series as Prometheus counts them: a histogram is one per bucket and two more.
  std::size_t size() const noexcept;

  /// Bytes of all label texts together.
  std::size_t label_bytes() const noexcept { return label_bytes_.load(std::memory_order_relaxed); }

  const CellId dropped_series;  ///< Counts what went to `other`.
  const CellId dropped_values;  ///< Counts what a histogram did not take.

 private:
  Series* lookup(LabelValues values, std::uint32_t hash) const noexcept;
  bool matches(const Series& series, LabelValues values) const noexcept;
  Series& add(std::string_view labels, std::uint32_t hash, bool escaped, SeriesKind kind,
              const Read* read);
  std::size_t cells(SeriesKind kind) const noexcept;

  const std::uint64_t hash_seed_ = make_label_hash_seed();
  const FamilyShape shape_;
  std::vector<std::size_t> before_value_;  // length of `,name="`, by label
  std::unique_ptr<const HistogramShape> histogram_;
  std::vector<std::string> le_;
  struct alignas(64) Level {  // no gauge disturbs its neighbours
    std::atomic<double> value = 0;
  };
  std::deque<Level> levels_;
  TextArena texts_;
  SeriesList series_;
  SeriesIndex index_;
  std::atomic<std::size_t> listed_ = 0, label_bytes_ = 0;
  std::atomic<const Series*> overflow_ = nullptr;
  std::atomic<bool> has_reads_ = false;
};

}  // namespace seadragon::monitoring::detail
