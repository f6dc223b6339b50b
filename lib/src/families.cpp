#include "lib/src/families.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "lib/src/cell_store.h"
#include "lib/src/family_page.h"
#include "lib/src/monitoring_page.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

template <class Instrument>
constexpr SeriesKind kind_of = std::is_same_v<Instrument, Counter>         ? SeriesKind::count
                               : std::is_same_v<Instrument, UpDownCounter> ? SeriesKind::up_down
                               : std::is_same_v<Instrument, Gauge>         ? SeriesKind::level
                                                                           : SeriesKind::histogram;

// Their open labels have caps of their own, far below: this one is for mistakes.
constexpr std::size_t most_series_of_catalog = 50'000;

[[noreturn]] void refuse(std::string_view metric, std::string_view why) {
  throw std::invalid_argument(std::string(metric) + ": " + std::string(why));
}

/// The names that a family takes on a page, whatever its format.
std::vector<std::string> names_taken(const std::string& name, MetricType type) {
  if (type == MetricType::counter) {
    const std::string stem = name.substr(0, name.size() - std::string_view("_total").size());
    return {name, stem, stem + "_created"};
  }
  if (type == MetricType::histogram) {
    return {name, name + "_bucket", name + "_sum", name + "_count", name + "_created"};
  }
  return {name};
}

}  // namespace

Families::~Families() {
  for (const Counter& counter : unexposed_) release_cells(counter.cell_, 1);
}

SeriesFamily& Families::family(FamilyShape shape) {
  check(shape);
  const std::lock_guard lock(mutex_);
  const auto named = [&shape](const SeriesFamily& family) {
    return family.shape().name == shape.name;
  };
  if (const auto known = std::ranges::find_if(families_, named); known != families_.end()) {
    if (!known->has_shape(shape)) {
      refuse(shape.name, "exists already with another type, help, set of labels or bounds");
    }
    return *known;
  }
  const std::vector<std::string> taken = names_taken(shape.name, shape.type);
  const auto keep_apart_from = [&](const std::string& other, MetricType type) {
    if (std::ranges::find_first_of(taken, names_taken(other, type)) != taken.end()) {
      refuse(shape.name, "clashes with a series of " + other);
    }
  };
  for (const SeriesFamily& other : families_) {
    keep_apart_from(other.shape().name, other.shape().type);
  }
  for (const MetricAlias& alias : aliases_) {
    // Those of a histogram include those of a gauge.
    keep_apart_from(std::string(alias.name), MetricType::histogram);
  }
  return families_.emplace_back(std::move(shape));
}

SeriesFamily& Families::family(const MetricSpec& spec, double scale) {
  FamilyShape shape;
  shape.name = spec.name;
  shape.type = spec.type;
  shape.help = spec.help;
  shape.label_names.assign(spec.labels.begin(), spec.labels.end());
  shape.max_series = most_series_of_catalog;
  shape.scale = scale;
  if (spec.type == MetricType::histogram) {
    shape.histogram.bounds.assign(spec.buckets.begin(), spec.buckets.end());
    shape.histogram.native = native_histograms_;
    shape.histogram.exemplar_label = spec.exemplar_label;
  }
  return family(std::move(shape));
}

SeriesFamily* Families::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto named = [name](const SeriesFamily& family) { return family.shape().name == name; };
  const auto known = std::ranges::find_if(families_, named);
  return known == families_.end() ? nullptr : &*known;
}

template <class Instrument>
Instrument Families::handle(const SeriesFamily& family, const Series& series) noexcept {
  if constexpr (std::is_same_v<Instrument, Histogram>) {
    return {series.cells, family.histogram(), series.exemplars};
  } else if constexpr (std::is_same_v<Instrument, Gauge>) {
    return Gauge(series.level);
  } else {
    return Instrument(series.cells);
  }
}

template <class Instrument>
Instrument Families::get(SeriesFamily& family, LabelValues values) {
  const std::lock_guard lock(mutex_);
  const Series& series = family.find_or_add(values, kind_of<Instrument>);
  if (&series == family.overflow()) add(family.dropped_series, 1);
  return handle<Instrument>(family, series);
}

template <class Instrument>
Instrument Families::with(SeriesFamily& family, LabelValues values) noexcept {
  if (values.size() == family.shape().label_names.size()) {
    if (const Series* const known = family.find(values)) return handle<Instrument>(family, *known);
    if (const Series* const other = family.overflow()) {
      add(family.dropped_series, 1);
      return handle<Instrument>(family, *other);
    }
  }
  try {
    return get<Instrument>(family, values);
  } catch (...) {
    add(family.dropped_series, 1);
    return Instrument();
  }
}

template Gauge Families::with(SeriesFamily&, LabelValues) noexcept;
template Counter Families::get(SeriesFamily&, LabelValues);
template UpDownCounter Families::get(SeriesFamily&, LabelValues);
template Gauge Families::get(SeriesFamily&, LabelValues);
template Histogram Families::get(SeriesFamily&, LabelValues);

bool Families::remove(SeriesFamily& family, LabelValues values) {
  const std::lock_guard lock(mutex_);
  return family.remove(values);
}

void Families::read(SeriesFamily& family, LabelValues values, std::function<double()> read) {
  const std::lock_guard lock(mutex_);
  const std::function<double()>& kept = reads_.emplace_back(std::move(read));
  if (family.find_or_add(values, SeriesKind::read, &kept).read != &kept) {
    refuse(family.shape().name, "the series exists already");
  }
}

Counter Families::counter(const MetricSpec& spec, Values values, double scale) {
  return get<Counter>(family(spec, scale), LabelValues(values.begin(), values.size()));
}

Gauge Families::gauge(const MetricSpec& spec, Values values) {
  return get<Gauge>(family(spec), LabelValues(values.begin(), values.size()));
}

Histogram Families::histogram(const MetricSpec& spec, Values values) {
  return get<Histogram>(family(spec), LabelValues(values.begin(), values.size()));
}

void Families::read(const MetricSpec& spec, Values values, std::function<double()> function) {
  read(family(spec), LabelValues(values.begin(), values.size()), std::move(function));
}

Counter Families::unexposed_counter() {
  const std::lock_guard lock(mutex_);
  return unexposed_.emplace_back(Counter(reserve_cells(1)));
}

std::uint64_t Families::total(const Counter& counter) { return CellReader().total(counter.cell_); }

void Families::before_scrape(std::function<void()> prepare) {
  const std::lock_guard lock(mutex_);
  before_scrape_.push_back(std::move(prepare));
}

void Families::expose_themselves() {
  const std::lock_guard lock(mutex_);
  expose_themselves_ = true;
}

void Families::collect(PageFamilies& page) const {
  const std::lock_guard one_scrape_at_a_time(scrape_mutex_);
  std::vector<const std::function<void()>*> prepares;
  {
    const std::lock_guard lock(mutex_);
    for (const std::function<void()>& prepare : before_scrape_) prepares.push_back(&prepare);
  }
  for (const std::function<void()>* prepare : prepares) (*prepare)();

  // Listed under the lock, read without it: nobody waits for a scrape to register.
  std::vector<const SeriesFamily*> listed;
  bool with_themselves = false;
  {
    const std::lock_guard lock(mutex_);
    for (const SeriesFamily& family : families_) listed.push_back(&family);
    with_themselves = expose_themselves_;
  }
  const auto cells = std::make_shared<const CellReader>();
  for (const SeriesFamily* family : listed) {
    if (family->size() > 0) page.push_back(std::make_unique<const FamilyPage>(*family, cells));
  }
  for (const MetricAlias& alias : aliases_) {
    const auto named = [&alias](const SeriesFamily* one) { return one->shape().name == alias.of; };
    const auto of = std::ranges::find_if(listed, named);
    if (of == listed.end() || (*of)->size() == 0) continue;
    page.push_back(
        std::make_unique<const AliasPage>(alias, std::make_unique<const FamilyPage>(**of, cells)));
  }
  if (with_themselves) collect_monitoring(listed, *cells, page);
}

}  // namespace seadragon::monitoring::detail

namespace seadragon::monitoring {

template <class Instrument>
Instrument Family<Instrument>::with(std::initializer_list<std::string_view> values) const noexcept {
  if (families_ == nullptr) return Instrument();
  return families_->template with<Instrument>(*family_, {values.begin(), values.size()});
}

template <class Instrument>
bool Family<Instrument>::remove(std::initializer_list<std::string_view> values) const {
  return families_ != nullptr && families_->remove(*family_, {values.begin(), values.size()});
}

template class Family<Counter>;
template class Family<UpDownCounter>;
template class Family<Gauge>;
template class Family<Histogram>;

}  // namespace seadragon::monitoring
