#include "lib/src/native_histogram.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "seadragon/monitoring/detail/native_buckets.h"

namespace seadragon::monitoring::detail {
namespace {

/// Buckets `first` to `last`, both included.
struct BucketRange {
  int first;
  int last;

  int size() const { return last - first + 1; }
  BucketRange coarser(int halvings) const {
    return {coarser_bucket(first, halvings), coarser_bucket(last, halvings)};
  }
  BucketRange joined(const BucketRange& other) const {
    return {std::min(first, other.first), std::max(last, other.last)};
  }
};

/// Counts of consecutive buckets.
template <class Count>
struct Counts {
  int first;
  std::span<Count> counts;

  int bucket(std::size_t i) const { return first + static_cast<int>(i); }
  Count& at(int bucket) const { return counts[static_cast<std::size_t>(bucket - first)]; }
};

/// From the first to the last that is not empty.
std::optional<BucketRange> populated(const Counts<const std::uint64_t>& from) {
  const auto counted = [](std::uint64_t count) { return count != 0; };
  const auto first = std::ranges::find_if(from.counts, counted);
  if (first == from.counts.end()) return std::nullopt;
  const auto behind = std::find_if(from.counts.rbegin(), from.counts.rend(), counted).base();
  return BucketRange{from.bucket(static_cast<std::size_t>(first - from.counts.begin())),
                     from.bucket(static_cast<std::size_t>(behind - from.counts.begin())) - 1};
}

void add_counts(const Counts<const std::uint64_t>& from, int halvings,
                const Counts<std::uint64_t>& to) {
  for (std::size_t i = 0; i < from.counts.size(); ++i) {
    if (from.counts[i] != 0) to.at(coarser_bucket(from.bucket(i), halvings)) += from.counts[i];
  }
}

int halvings_to_fit(const BucketRange& range) {
  int halvings = 0;
  while (range.coarser(halvings).size() > native_window) ++halvings;
  return halvings;
}

/// `range` holds all of the buckets, and is of the new schema.
void reshape(NativeHistogram& histogram, int schema, const BucketRange& range) {
  const auto size = static_cast<std::size_t>(range.size());
  if (histogram.schema == schema && histogram.first == range.first &&
      histogram.counts.size() == size) {
    return;
  }
  std::vector<std::uint64_t> counts(size);
  add_counts({histogram.first, histogram.counts}, histogram.schema - schema, {range.first, counts});
  histogram.schema = schema;
  histogram.first = range.first;
  histogram.counts = std::move(counts);
}

}  // namespace

void count_outside_window(Cell* cells, int finest_bucket, std::uint64_t times) noexcept {
  const NativeWindow before = NativeWindow::from_cell(cells->load(std::memory_order_relaxed));
  Cell* const first_count = cells + first_native_count;
  std::array<std::uint64_t, native_window> counts;
  std::transform(first_count, first_count + native_window, counts.begin(),
                 [](const Cell& cell) { return cell.load(std::memory_order_relaxed); });
  const Counts<const std::uint64_t> counted{before.first, counts};

  const int bucket = coarser_bucket(finest_bucket, before.halvings);
  BucketRange needed{bucket, bucket};
  if (const auto range = populated(counted)) needed = needed.joined(*range);
  const int halvings = halvings_to_fit(needed);
  const BucketRange held = needed.coarser(halvings);
  // In the middle: values may go on to either side, and moving costs as much as many counts.
  const NativeWindow after{before.halvings + halvings,
                           held.first - (native_window - held.size()) / 2};

  std::array<std::uint64_t, native_window> moved{};
  add_counts(counted, halvings, {after.first, moved});
  moved[static_cast<std::size_t>(coarser_bucket(bucket, halvings) - after.first)] += times;
  cells->store(after.to_cell(), std::memory_order_release);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    first_count[i].store(moved[i], std::memory_order_release);
  }
}

void add_native(std::span<const std::uint64_t> cells, NativeHistogram& total) {
  if (total.counts.empty()) total.schema = finest_native_schema;
  total.zero_threshold = native_zero_threshold;
  total.zero_count += cells[native_zero_cell];

  const NativeWindow window = NativeWindow::from_cell(cells[0]);
  const Counts<const std::uint64_t> added{window.first,
                                          cells.subspan(first_native_count, native_window)};
  const std::optional<BucketRange> range = populated(added);
  if (!range) return;

  // The coarser schema of the two, then one at which both together fit.
  const int own_schema = finest_native_schema - window.halvings;
  const int common = std::min(own_schema, total.schema);
  BucketRange both = range->coarser(own_schema - common);
  if (!total.counts.empty()) {
    const BucketRange before{total.first, total.first + static_cast<int>(total.counts.size()) - 1};
    both = both.joined(before.coarser(total.schema - common));
  }
  const int halvings = halvings_to_fit(both);
  reshape(total, common - halvings, both.coarser(halvings));
  add_counts(added, own_schema - total.schema, {total.first, total.counts});
}

}  // namespace seadragon::monitoring::detail
