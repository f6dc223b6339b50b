#include "lib/src/family_page.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>

#include "lib/src/native_histogram.h"

namespace seadragon::monitoring::detail {
namespace {

/// Sums the blocks of the series of one family, one after the other.
class HistogramReader {
 public:
  HistogramReader(const SeriesFamily& family, const CellReader& cells)
      : shape_(*family.histogram()),
        le_(family.le()),
        exemplar_label_(family.shape().histogram.exemplar_label),
        cells_(cells),
        block_(shape_.cells()),
        buckets_(shape_.bounds.buckets()) {}

  /// Valid until the next call.
  HistogramValue read(const Series& series) {
    std::ranges::fill(buckets_, 0);
    native_ = {};
    double sum = 0;
    cells_.each_block(shape_, series.cells, block_, [&](std::span<const std::uint64_t> block) {
      sum += to_double(block[1]);
      for (std::size_t i = 0; i < buckets_.size(); ++i) {
        buckets_[i] += block[HistogramShape::first_bucket + i];
      }
      if (shape_.native) add_native(block.subspan(shape_.first_native()), native_);
    });
    if (series.exemplars != nullptr) exemplars_ = series.exemplars->take(exemplar_label_);
    return {.upper = shape_.bounds.upper(),
            .le = le_,
            .buckets = buckets_,
            .count = std::accumulate(buckets_.begin(), buckets_.end(), std::uint64_t{0}),
            .sum = sum,
            .exemplars = exemplars_,
            .native = shape_.native ? &native_ : nullptr};
  }

 private:
  const HistogramShape& shape_;
  const std::vector<std::string>& le_;
  const std::string& exemplar_label_;
  const CellReader& cells_;
  std::vector<std::uint64_t> block_, buckets_;
  std::vector<Exemplar> exemplars_;
  NativeHistogram native_;
};

}  // namespace

FamilyPage::FamilyPage(const SeriesFamily& family, std::shared_ptr<const CellReader> cells)
    : family_(family), cells_(std::move(cells)) {
  if (!family.has_reads()) return;
  family.each([this](const Series& series) {
    if (series.kind == SeriesKind::read) read_.emplace_back(&series, (*series.read)());
  });
}

FamilyHead FamilyPage::head() const {
  const FamilyShape& shape = family_.shape();
  return {.name = shape.name, .help = shape.help, .type = shape.type};
}

std::size_t FamilyPage::text_size() const {
  constexpr std::size_t longest_number = 24;
  const std::size_t lines = family_.size();
  const std::size_t per_series = family_.histogram() == nullptr ? 1 : family_.le().size() + 2;
  constexpr std::size_t le_and_suffix = 32;
  return family_.shape().help.size() + 2 * family_.shape().name.size() + 64 +
         per_series * family_.label_bytes() +
         lines * (family_.shape().name.size() + le_and_suffix + longest_number);
}

/// Visits the series of the family, and has the cells of the next one fetched meanwhile.
template <class Visit>
void FamilyPage::each_prefetched(std::size_t cells, const Visit& visit) const {
  const Series* ready = nullptr;
  family_.each([&](const Series& next) {
    if (next.cells != unread_cell) cells_->prefetch(next.cells, cells);
    if (ready != nullptr) visit(*ready);
    ready = &next;
  });
  if (ready != nullptr) visit(*ready);
}

void FamilyPage::write(PageWriter& page) const {
  if (const HistogramShape* const histogram = family_.histogram(); histogram != nullptr) {
    HistogramReader reader(family_, *cells_);
    each_prefetched(histogram->cells(), [&](const Series& series) {
      page.histogram({.labels = series.labels(), .created = series.created}, reader.read(series));
    });
    return;
  }
  const double scale = family_.shape().scale;
  auto read = read_.begin();
  each_prefetched(1, [&](const Series& series) {
    const SeriesHead head{.labels = series.labels(), .created = series.created};
    switch (series.kind) {
      case SeriesKind::count:
        if (scale == 1) {
          page.number(head, cells_->total(series.cells));
        } else {
          page.number(head, static_cast<double>(cells_->total(series.cells)) * scale);
        }
        break;
      case SeriesKind::up_down:
        page.number(head,
                    static_cast<double>(static_cast<std::int64_t>(cells_->total(series.cells))));
        break;
      case SeriesKind::level:
        page.number(head, series.level->load(std::memory_order_relaxed));
        break;
      case SeriesKind::read:
        // Series may have come or gone since the values were read.
        if (const auto found = std::find_if(
                read, read_.end(), [&](const auto& value) { return value.first == &series; });
            found != read_.end()) {
          page.number(head, found->second);
          read = found + 1;
        }
        break;
      case SeriesKind::histogram:
        break;
    }
  });
}

}  // namespace seadragon::monitoring::detail
