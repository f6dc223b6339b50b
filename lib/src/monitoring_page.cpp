#include "lib/src/monitoring_page.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/src/catalog.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

/// A family whose values are known already, one per family it tells of.
class KnownValues final : public PageFamily {
 public:
  explicit KnownValues(const MetricSpec& spec) : spec_(spec) {}

  void add(const SeriesFamily& family, std::uint64_t value) {
    values_.emplace_back(&family, value);
  }

  FamilyHead head() const override {
    return {.name = spec_.name, .help = spec_.help, .type = spec_.type};
  }

  void write(PageWriter& page) const override {
    for (const auto& [family, value] : values_) {
      std::string labels;
      append_label(labels, *spec_.labels.begin(), family->shape().name);
      page.number({.labels = labels}, value);
    }
  }

  std::size_t text_size() const override {
    constexpr std::size_t line = 192;
    return (values_.size() + 2) * line;
  }

 private:
  const MetricSpec& spec_;
  std::vector<std::pair<const SeriesFamily*, std::uint64_t>> values_;
};

}  // namespace

void collect_monitoring(std::span<const SeriesFamily* const> families, const CellReader& cells,
                        PageFamilies& page) {
  auto series = std::make_unique<KnownValues>(metric("seadragon_monitoring_series"));
  auto dropped_series =
      std::make_unique<KnownValues>(metric("seadragon_monitoring_series_dropped_total"));
  auto dropped_values =
      std::make_unique<KnownValues>(metric("seadragon_monitoring_dropped_observations_total"));
  for (const SeriesFamily* const family : families) {
    series->add(*family, family->size());
    if (!family->shape().label_names.empty()) {
      dropped_series->add(*family, cells.total(family->dropped_series));
    }
    if (family->histogram() != nullptr) {
      dropped_values->add(*family, cells.total(family->dropped_values));
    }
  }
  page.push_back(std::move(series));
  page.push_back(std::move(dropped_series));
  page.push_back(std::move(dropped_values));
}

}  // namespace seadragon::monitoring::detail
