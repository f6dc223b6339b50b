#include "seadragon/monitoring/registry.h"

#include "lib/src/families.h"

namespace seadragon::monitoring {
namespace {

using detail::Families;

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

}  // namespace

Registry::Registry() : families_(std::make_unique<Families>()) {}
Registry::~Registry() = default;

Counter Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
  return families_->counter(families_->family(name, MetricType::counter, help, names(labels)),
                            values(labels));
}

Gauge Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  return families_->gauge(families_->family(name, MetricType::gauge, help, names(labels)),
                          values(labels));
}

Histogram Registry::histogram(std::string_view name, std::string_view help,
                              std::vector<double> bounds, const Labels& labels) {
  return families_->histogram(
      families_->family(name, MetricType::histogram, help, names(labels), std::move(bounds)),
      values(labels));
}

void Registry::counter(std::string_view name, std::string_view help, const Labels& labels,
                       std::function<double()> read) {
  families_->read(families_->family(name, MetricType::counter, help, names(labels)), values(labels),
                  std::move(read));
}

void Registry::gauge(std::string_view name, std::string_view help, const Labels& labels,
                     std::function<double()> read) {
  families_->read(families_->family(name, MetricType::gauge, help, names(labels)), values(labels),
                  std::move(read));
}

std::string Registry::text() const { return families_->text(); }

}  // namespace seadragon::monitoring
