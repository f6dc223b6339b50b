#include "seadragon/monitoring/prometheus.h"

#include <ostream>
#include <utility>

#include "lib/src/families.h"
#include "lib/src/page_writer.h"
#include "lib/src/prometheus_family.h"
#include "lib/src/prometheus_page.h"
#include "lib/src/text_page.h"

namespace seadragon::monitoring {
namespace {

using MetricFamilies = std::vector<::prometheus::MetricFamily>;

class CollectableSource final : public ExpositionSource {
 public:
  explicit CollectableSource(std::weak_ptr<const ::prometheus::Collectable> collectable)
      : collectable_(std::move(collectable)) {}

  void collect(detail::PageFamilies& families) const override {
    const std::shared_ptr<const ::prometheus::Collectable> collectable = collectable_.lock();
    if (collectable == nullptr) return;
    const auto collected = std::make_shared<const MetricFamilies>(collectable->Collect());
    for (const ::prometheus::MetricFamily& family : *collected) {
      if (family.metric.empty()) continue;
      families.push_back(std::make_unique<const detail::PrometheusFamily>(family, collected));
    }
  }

 private:
  const std::weak_ptr<const ::prometheus::Collectable> collectable_;
};

void write(const detail::PageFamilies& families, detail::PageWriter& page) {
  for (const auto& family : families) {
    page.family(family->head());
    family->write(page);
  }
}

}  // namespace

MetricFamilies PrometheusCollectable::Collect() const {
  detail::PageFamilies families;
  registry_.families().collect(families);
  detail::PrometheusPage page;
  write(families, page);
  return page.take();
}

std::shared_ptr<const ExpositionSource> prometheus_source(
    std::weak_ptr<const ::prometheus::Collectable> collectable) {
  return std::make_shared<const CollectableSource>(std::move(collectable));
}

std::string PrometheusSerializer::Serialize(const MetricFamilies& families) const {
  detail::PageFamilies parts;
  std::size_t size = 0;
  for (const ::prometheus::MetricFamily& family : families) {
    if (family.metric.empty()) continue;
    parts.push_back(std::make_unique<const detail::PrometheusFamily>(family));
    size += parts.back()->text_size();
  }
  detail::TextPage page({.size_hint = size});
  write(parts, page);
  return page.finish();
}

void PrometheusSerializer::Serialize(std::ostream& out, const MetricFamilies& families) const {
  const std::string text = Serialize(families);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace seadragon::monitoring
