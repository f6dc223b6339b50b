#include "lib/src/families.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "lib/src/cell_store.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

[[noreturn]] void refuse(std::string_view metric, std::string_view why) {
  throw std::invalid_argument(std::string(metric) + ": " + std::string(why));
}

std::unique_ptr<const Bounds> make_bounds(std::string_view metric, std::vector<double> bounds) {
  try {
    return std::make_unique<const Bounds>(std::move(bounds));
  } catch (const std::invalid_argument& error) {
    refuse(metric, error.what());
  }
}

/// Whether a histogram of the name `histogram` would expose `series` itself.
bool is_series_of_histogram(std::string_view series, std::string_view histogram, MetricType type) {
  if (type != MetricType::histogram || !series.starts_with(histogram)) return false;
  const std::string_view suffix = series.substr(histogram.size());
  return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
}

/// The bounds as they were given, without the closing +Inf.
std::span<const double> finite(const std::unique_ptr<const Bounds>& bounds) {
  if (bounds == nullptr) return {};
  return std::span(bounds->upper()).first(bounds->upper().size() - 1);
}

}  // namespace

Families::Family::Family(std::string_view metric, MetricType kind, std::string_view text,
                         std::vector<std::string> labels, std::vector<double> upper)
    : name(metric),
      type(kind),
      help(valid_utf8(text)),
      label_names(std::move(labels)),
      bounds(kind == MetricType::histogram ? make_bounds(metric, std::move(upper)) : nullptr) {
  if (!is_metric_name(name))
    refuse(name, "not a metric name, which matches [a-zA-Z_][a-zA-Z0-9_]*");
  if (name.ends_with("_total") != (type == MetricType::counter)) {
    refuse(name, "a counter, and nothing else, ends in _total");
  }
  for (std::size_t i = 0; i < label_names.size(); ++i) {
    const std::string& label = label_names[i];
    if (!is_label_name(label) || (label == "le" && type == MetricType::histogram)) {
      refuse(name, '"' + label + "\" is not a label name");
    }
    if (std::ranges::count(label_names, label) > 1) refuse(name, "label " + label + " twice");
  }
  if (bounds == nullptr) return;
  for (const double bound : bounds->upper()) {
    std::string number;
    append_number(number, bound);
    append_label(le_.emplace_back(), "le", number);
  }
}

Families::Family& Families::family(std::string_view name, MetricType type, std::string_view help,
                                   std::vector<std::string> label_names,
                                   std::vector<double> bounds) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(families_, name, &Family::name);
  if (known == families_.end()) {
    for (const Family& other : families_) {
      if (is_series_of_histogram(name, other.name, other.type) ||
          is_series_of_histogram(other.name, name, type)) {
        refuse(name, "clashes with a series of " + other.name);
      }
    }
    return families_.emplace_back(name, type, help, std::move(label_names), std::move(bounds));
  }
  if (known->type != type || known->help != valid_utf8(help) || known->label_names != label_names ||
      !std::ranges::equal(finite(known->bounds), bounds)) {
    refuse(name, "exists already with another type, help, set of labels or bounds");
  }
  return *known;
}

Families::Family& Families::family(const MetricSpec& spec) {
  return family(spec.name, spec.type, spec.help, {spec.labels.begin(), spec.labels.end()},
                {spec.buckets.begin(), spec.buckets.end()});
}

/// The series with these labels; if there is none, one whose source `make` returns.
template <class Kind, class Make>
Kind& Families::series(Family& family, LabelValues values, const Make& make) {
  if (values.size() != family.label_names.size()) {
    refuse(family.name, "one value per label is needed");
  }
  std::string labels;
  for (std::size_t i = 0; i < values.size(); ++i) {
    append_label(labels, family.label_names[i], values[i]);
  }
  const std::lock_guard lock(mutex_);
  Series*& series = family.by_labels_[labels];
  if (series == nullptr) series = &family.series_.emplace_back(labels, Source(make()));
  Kind* const kind = std::get_if<Kind>(&series->source);
  if (kind == nullptr) refuse(family.name, "{" + labels + "} is of another kind");
  return *kind;
}

Counter Families::counter(Family& family, LabelValues values, double scale) {
  return Counter(series<Count>(family, values, [&] {
                   return Count{reserve_cells(1), scale};
                 }).cell);
}

Gauge Families::gauge(Family& family, LabelValues values) {
  return Gauge(
      series<Level>(family, values, [] { return std::make_unique<std::atomic<double>>(0); }).get());
}

Histogram Families::histogram(Family& family, LabelValues values) {
  // Beside the buckets: the sequence number and the sum.
  const auto reserve = [&] { return Blocks{reserve_cells(family.bounds->buckets() + 2)}; };
  return {series<Blocks>(family, values, reserve).block, family.bounds.get()};
}

void Families::read(Family& family, LabelValues values, std::function<double()> read) {
  bool made = false;
  series<Read>(family, values, [&] {
    made = true;
    return std::move(read);
  });
  if (!made) refuse(family.name, "the series exists already");
}

Counter Families::counter(const MetricSpec& spec, Values values, double scale) {
  return counter(family(spec), LabelValues(values.begin(), values.size()), scale);
}

Gauge Families::gauge(const MetricSpec& spec, Values values) {
  return gauge(family(spec), LabelValues(values.begin(), values.size()));
}

Histogram Families::histogram(const MetricSpec& spec, Values values) {
  return histogram(family(spec), LabelValues(values.begin(), values.size()));
}

void Families::read(const MetricSpec& spec, Values values, std::function<double()> function) {
  read(family(spec), LabelValues(values.begin(), values.size()), std::move(function));
}

Counter Families::unexposed_counter() { return Counter(reserve_cells(1)); }

std::uint64_t Families::total(const Counter& counter) {
  return CellReader().counter(counter.cell_);
}

void Families::before_scrape(std::function<void()> prepare) {
  const std::lock_guard lock(mutex_);
  before_scrape_.push_back(std::move(prepare));
}

void Families::append(std::string& out, const Family& family, const Series& series,
                      const CellReader& cells) {
  const auto line = [&](std::string_view suffix, auto value) {
    append_series(out, family.name + std::string(suffix), series.labels);
    append_number(out, value);
    out += '\n';
  };
  if (const auto* counted = std::get_if<Count>(&series.source)) {
    const std::uint64_t total = cells.counter(counted->cell);
    if (counted->scale == 1) {
      line("", total);
    } else {
      line("", static_cast<double>(total) * counted->scale);
    }
  } else if (const auto* level = std::get_if<Level>(&series.source)) {
    line("", (*level)->load(std::memory_order_relaxed));
  } else if (const auto* read = std::get_if<Read>(&series.source)) {
    line("", (*read)());
  } else {
    std::vector<std::uint64_t> buckets(family.bounds->buckets());
    const double sum = cells.histogram(std::get<Blocks>(series.source).block, buckets);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      count += buckets[i];
      const std::string_view comma = series.labels.empty() ? "" : ",";
      append_series(out, family.name + "_bucket",
                    series.labels + std::string(comma) + family.le_[i]);
      append_number(out, count);
      out += '\n';
    }
    line("_sum", sum);
    line("_count", count);
  }
}

std::string Families::text() const {
  const std::lock_guard one_scrape_at_a_time(scrape_mutex_);
  std::vector<const std::function<void()>*> prepares;
  {
    const std::lock_guard lock(mutex_);
    for (const std::function<void()>& prepare : before_scrape_) prepares.push_back(&prepare);
  }
  for (const std::function<void()>* prepare : prepares) (*prepare)();

  // Listed under the lock, written without it: nobody waits for a scrape to register.
  std::vector<std::pair<const Family*, std::vector<const Series*>>> page;
  {
    const std::lock_guard lock(mutex_);
    for (const Family& family : families_) {
      auto& listed = page.emplace_back(&family, std::vector<const Series*>{}).second;
      for (const Series& series : family.series_) listed.push_back(&series);
    }
  }
  const CellReader cells;
  std::string out;
  for (const auto& [family, listed] : page) {
    if (listed.empty()) continue;
    append_family_head(out, family->name, family->help, family->type);
    for (const Series* series : listed) append(out, *family, *series, cells);
  }
  return out;
}

}  // namespace seadragon::monitoring::detail
