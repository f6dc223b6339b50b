/// Side by side with prometheus-cpp, 1.0 or later: our series on its pages, its series on ours.
///
///   // Our series in a stock Exposer, which holds its collectables weakly:
///   auto ours = std::make_shared<PrometheusCollectable>(monitor.registry());
///   exposer.RegisterCollectable(ours);
///
///   // A stock registry on our page, in every format that the page has:
///   page.add(prometheus_source(stock_registry));
///
///   // An endpoint of your own, with the same text in a fraction of the time:
///   std::string body = PrometheusSerializer().Serialize(stock_registry->Collect());
///
/// Link Seadragon::monitoring-prometheus.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/serializer.h>

#include "seadragon/monitoring/exposition.h"
#include "seadragon/monitoring/registry.h"

namespace seadragon::monitoring {

/// The series of a Registry for everything that collects with prometheus-cpp: Exposer, Gateway,
/// serializers. Exemplars and native histograms are lost on this way, and line breaks in a help
/// become spaces, because the stock serializer would break the page there.
class PrometheusCollectable final : public ::prometheus::Collectable {
 public:
  /// `registry` must outlive this.
  explicit PrometheusCollectable(const Registry& registry) noexcept : registry_(registry) {}

  /// Any thread, several at once.
  std::vector<::prometheus::MetricFamily> Collect() const override;

 private:
  const Registry& registry_;
};

/// What `collectable` collects, as a source of our pages: nothing once it is gone. A temporary
/// shared_ptr is therefore gone at once; keep one.
///
/// Names are exposed as they are, valid or not, and an Info as the gauge `<name>_info`. Bytes in
/// label values and help that are no UTF-8 are replaced by U+FFFD. Families without series are left
/// out. A histogram's `_count` and bucket `+Inf` are both its sample count.
std::shared_ptr<const ExpositionSource> prometheus_source(
    std::weak_ptr<const ::prometheus::Collectable> collectable);

/// Text format 0.0.4 in place of prometheus::TextSerializer: the same samples, except that numbers
/// have all digits that they need to read back equal, NaN is spelt `NaN`, an Info's type is
/// stated for the name under which it is exposed, and what was said of prometheus_source().
class PrometheusSerializer final : public ::prometheus::Serializer {
 public:
  /// Any thread, several at once.
  std::string Serialize(const std::vector<::prometheus::MetricFamily>& families) const override;
  void Serialize(std::ostream& out,
                 const std::vector<::prometheus::MetricFamily>& families) const override;
};

}  // namespace seadragon::monitoring
