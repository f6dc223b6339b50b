#include "lib/src/series_family.h"

#include <algorithm>
#include <ctime>
#include <new>
#include <random>
#include <stdexcept>
#include <utility>

#include "lib/src/cell_store.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

[[noreturn]] void refuse(std::string_view metric, std::string_view why) {
  throw std::invalid_argument(std::string(metric) + ": " + std::string(why));
}

FamilyShape exposable(FamilyShape shape) {
  shape.help = valid_utf8(shape.help);
  return shape;
}
std::unique_ptr<const HistogramShape> make_histogram(const FamilyShape& shape, CellId dropped) {
  if (shape.type != MetricType::histogram) return nullptr;
  try {
    auto made = std::make_unique<const HistogramShape>(shape.histogram.bounds,
                                                       shape.histogram.native, dropped);
    if (made->cells() <= cells_per_chunk) return made;
  } catch (const std::invalid_argument& error) {
    refuse(shape.name, error.what());
  }
  refuse(shape.name, "too many bounds beside native buckets");
}

/// Whether `escaped`, up to its end or a quote, is `value` escaped; then moves behind it.
bool take_escaped(std::string_view& escaped, std::string_view value) noexcept {
  for (const char c : value) {
    const char sign = c == '\n' ? 'n' : c;
    if (c == '\\' || c == '"' || c == '\n') {
      if (!escaped.starts_with('\\')) return false;
      escaped.remove_prefix(1);
    }
    if (!escaped.starts_with(sign)) return false;
    escaped.remove_prefix(1);
  }
  return true;
}

/// As OpenMetrics and the protobuf format write them too, so that a series keeps its name whatever
/// format Prometheus asks for.
std::vector<std::string> le_labels(const Bounds& bounds) {
  std::vector<std::string> labels;
  for (const double bound : bounds.upper()) {
    std::string number;
    append_bound(number, bound);
    append_label(labels.emplace_back(), "le", number);
  }
  return labels;
}

}  // namespace

std::uint64_t make_label_hash_seed() {
  static const std::uint64_t seed = [] {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
  }();
  return seed;
}

void check(const FamilyShape& shape) {
  const std::string& name = shape.name;
  if (!is_metric_name(name)) {
    refuse(name, "not a metric name, which matches [a-zA-Z_][a-zA-Z0-9_]*");
  }
  if (name.ends_with("_total") != (shape.type == MetricType::counter)) {
    refuse(name, "a counter, and nothing else, ends in _total");
  }
  for (const std::string& label : shape.label_names) {
    if (!is_label_name(label) || (label == "le" && shape.type == MetricType::histogram)) {
      refuse(name, '"' + label + "\" is not a label name");
    }
    if (std::ranges::count(shape.label_names, label) > 1) refuse(name, "label " + label + " twice");
  }
  const std::string& exemplar_label = shape.histogram.exemplar_label;
  if (!exemplar_label.empty() && (!is_label_name(exemplar_label) || exemplar_label.size() > 60)) {
    refuse(name, '"' + exemplar_label + "\" is not a label name of at most 60 characters");
  }
}

SeriesFamily::SeriesFamily(FamilyShape shape)
    : dropped_series(reserve_cells(1)),
      dropped_values(reserve_cells(1)),
      shape_(exposable(std::move(shape))),
      histogram_(make_histogram(shape_, dropped_values)) {
  if (histogram_ != nullptr) le_ = le_labels(histogram_->bounds);
  for (const std::string& name : shape_.label_names) {
    before_value_.push_back((before_value_.empty() ? 0 : 1) + name.size() + 2);  // ,name="
  }
}

SeriesFamily::~SeriesFamily() {
  series_.each([this](const Series& series) {
    if (series.cells != unread_cell) release_cells(series.cells, cells(series.kind));
    if (series.kind == SeriesKind::histogram) delete series.exemplars;
  });
  release_cells(dropped_series, 1);
  release_cells(dropped_values, 1);
}

bool SeriesFamily::has_shape(const FamilyShape& shape) const {
  return shape_.type == shape.type && shape_.help == valid_utf8(shape.help) &&
         shape_.label_names == shape.label_names &&
         shape_.histogram.bounds == shape.histogram.bounds &&
         shape_.histogram.native == shape.histogram.native &&
         shape_.histogram.exemplar_label == shape.histogram.exemplar_label &&
         shape_.scale == shape.scale;
}

std::size_t SeriesFamily::cells(SeriesKind kind) const noexcept {
  if (kind == SeriesKind::histogram) return histogram_->cells();
  return kind == SeriesKind::count || kind == SeriesKind::up_down ? 1 : 0;
}

std::size_t SeriesFamily::size() const noexcept {
  const std::size_t lines = histogram_ == nullptr ? 1 : histogram_->bounds.buckets() + 2;
  return lines * listed_.load(std::memory_order_relaxed);
}

inline bool SeriesFamily::matches(const Series& series, LabelValues values) const noexcept {
  std::string_view rest = series.labels();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view value = values[i];
    if (rest.size() < before_value_[i] + value.size() + 1) return false;
    rest.remove_prefix(before_value_[i]);
    if (!series.escaped) {
      if (!same_bytes(rest.data(), value.data(), value.size())) return false;
      rest.remove_prefix(value.size());
    } else if (!take_escaped(rest, value)) {
      return false;
    }
    if (!rest.starts_with('"')) return false;
    rest.remove_prefix(1);
  }
  return true;
}

inline Series* SeriesFamily::lookup(LabelValues values, std::uint32_t hash) const noexcept {
  return index_.find(hash, [&](const Series& series) { return matches(series, values); });
}

const Series* SeriesFamily::find(LabelValues values) const noexcept {
  const Series* const series = lookup(values, hash_labels(values, hash_seed_));
  return series == nullptr || series->removed.load(std::memory_order_acquire) ? nullptr : series;
}

const Series& SeriesFamily::find_or_add(LabelValues values, SeriesKind kind, const Read* read) {
  if (values.size() != shape_.label_names.size()) {
    refuse(shape_.name, "one value per label is needed");
  }
  std::vector<std::string> exposable;  // as they are on the page, but for escapes
  std::string labels;
  std::size_t bytes = values.size() * 4;  // =, two quotes, comma
  for (std::size_t i = 0; i < values.size(); ++i) {
    exposable.push_back(valid_utf8(values[i]));
    append_label(labels, shape_.label_names[i], exposable.back());
    bytes += shape_.label_names[i].size() + exposable.back().size();
  }
  const std::vector<std::string_view> key(exposable.begin(), exposable.end());
  const std::uint32_t hash = hash_labels(key, hash_seed_);

  Series* series = lookup(key, hash);
  if (series == nullptr || series->removed) {
    const std::vector<std::string_view> others(values.size(), "other");
    if (listed_ >= shape_.max_series && !std::ranges::equal(key, others)) {
      const Series& other = find_or_add(others, kind, read);
      overflow_.store(&other, std::memory_order_release);
      return other;
    }
    if (series == nullptr) {
      series = &add(labels, hash, labels.size() + (values.empty() ? 0 : 1) != bytes, kind, read);
    }
    series->removed.store(false, std::memory_order_release);
    listed_.fetch_add(1, std::memory_order_relaxed);
    label_bytes_.fetch_add(labels.size(), std::memory_order_relaxed);
  }
  if (series->kind != kind) refuse(shape_.name, "{" + labels + "} is of another kind");
  return *series;
}

Series& SeriesFamily::add(std::string_view labels, std::uint32_t hash, bool escaped,
                          SeriesKind kind, const Read* read) {
  const CellId first = cells(kind) == 0 ? unread_cell : reserve_cells(cells(kind));
  Series& series = series_.prepare();
  series.text = texts_.add(labels);
  series.length = static_cast<std::uint32_t>(labels.size());
  series.hash = hash;
  series.escaped = escaped;
  series.kind = kind;
  series.cells = first;
  series.created = static_cast<std::uint32_t>(std::time(nullptr));
  series.removed = true;  // until it is complete
  if (kind == SeriesKind::read) {
    series.read = read;
    has_reads_.store(true, std::memory_order_release);
  } else if (kind == SeriesKind::level) {
    series.level = &levels_.emplace_back().value;
  } else if (kind == SeriesKind::histogram && !shape_.histogram.exemplar_label.empty()) {
    series.exemplars = new ExemplarSlots(histogram_->bounds.buckets());
  }
  index_.add(series);
  series_.publish();
  return series;
}

bool SeriesFamily::remove(LabelValues values) {
  Series* const series = values.size() == shape_.label_names.size()
                             ? lookup(values, hash_labels(values, hash_seed_))
                             : nullptr;
  if (series == nullptr || series->removed) return false;
  series->removed.store(true, std::memory_order_release);
  listed_.fetch_sub(1, std::memory_order_relaxed);
  label_bytes_.fetch_sub(series->length, std::memory_order_relaxed);
  if (listed_ < shape_.max_series) overflow_.store(nullptr, std::memory_order_release);
  return true;
}

}  // namespace seadragon::monitoring::detail
