#include "seadragon/monitoring/registry.h"

#include <algorithm>
#include <utility>

#include "lib/src/families.h"
#include "seadragon/monitoring/exposition.h"

namespace seadragon::monitoring {
namespace {

using detail::Families;
using detail::FamilyShape;

std::vector<std::string> names(const Labels& labels) {
  std::vector<std::string> out;
  for (const auto& [name, value] : labels) out.push_back(name);
  return out;
}

std::vector<std::string_view> values(const Labels& labels) {
  std::vector<std::string_view> out;
  for (const auto& [name, value] : labels) out.push_back(value);
  return out;
}

FamilyShape shape(MetricType type, std::string_view name, std::string_view help,
                  std::vector<std::string> labels, HistogramOptions histogram = {}) {
  FamilyShape shape;
  shape.name = name;
  shape.type = type;
  shape.help = help;
  shape.label_names = std::move(labels);
  shape.histogram = std::move(histogram);
  return shape;
}

FamilyShape with_cap(FamilyShape shape, std::size_t max_series) {
  shape.max_series = std::max<std::size_t>(1, max_series);
  return shape;
}

}  // namespace

Registry::Registry() : families_(std::make_unique<Families>()) {}
Registry::~Registry() = default;

Counter Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
  return families_->get<Counter>(
      families_->family(shape(MetricType::counter, name, help, names(labels))), values(labels));
}

UpDownCounter Registry::up_down_counter(std::string_view name, std::string_view help,
                                        const Labels& labels) {
  return families_->get<UpDownCounter>(
      families_->family(shape(MetricType::gauge, name, help, names(labels))), values(labels));
}

Gauge Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  return families_->get<Gauge>(
      families_->family(shape(MetricType::gauge, name, help, names(labels))), values(labels));
}

Histogram Registry::histogram(std::string_view name, std::string_view help,
                              HistogramOptions options, const Labels& labels) {
  return families_->get<Histogram>(families_->family(shape(MetricType::histogram, name, help,
                                                           names(labels), std::move(options))),
                                   values(labels));
}

void Registry::counter(std::string_view name, std::string_view help, const Labels& labels,
                       std::function<double()> read) {
  families_->read(families_->family(shape(MetricType::counter, name, help, names(labels))),
                  values(labels), std::move(read));
}

void Registry::gauge(std::string_view name, std::string_view help, const Labels& labels,
                     std::function<double()> read) {
  families_->read(families_->family(shape(MetricType::gauge, name, help, names(labels))),
                  values(labels), std::move(read));
}

Family<Counter> Registry::counter_family(std::string_view name, std::string_view help,
                                         std::vector<std::string> labels, std::size_t max_series) {
  return families_->open<Counter>(families_->family(
      with_cap(shape(MetricType::counter, name, help, std::move(labels)), max_series)));
}

Family<UpDownCounter> Registry::up_down_counter_family(std::string_view name, std::string_view help,
                                                       std::vector<std::string> labels,
                                                       std::size_t max_series) {
  return families_->open<UpDownCounter>(families_->family(
      with_cap(shape(MetricType::gauge, name, help, std::move(labels)), max_series)));
}

Family<Gauge> Registry::gauge_family(std::string_view name, std::string_view help,
                                     std::vector<std::string> labels, std::size_t max_series) {
  return families_->open<Gauge>(families_->family(
      with_cap(shape(MetricType::gauge, name, help, std::move(labels)), max_series)));
}

Family<Histogram> Registry::histogram_family(std::string_view name, std::string_view help,
                                             HistogramOptions options,
                                             std::vector<std::string> labels,
                                             std::size_t max_series) {
  return families_->open<Histogram>(families_->family(
      with_cap(shape(MetricType::histogram, name, help, std::move(labels), std::move(options)),
               max_series)));
}

bool Registry::remove(std::string_view name, const Labels& labels) {
  detail::SeriesFamily* const family = families_->find(name);
  return family != nullptr && names(labels) == family->shape().label_names &&
         families_->remove(*family, values(labels));
}

std::string Registry::text() const { return Exposition().add(*this).answer({}).body; }

}  // namespace seadragon::monitoring
