/// prometheus-cpp's families as parts of our pages.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <prometheus/metric_family.h>

#include "lib/src/page_writer.h"

namespace seadragon::monitoring::detail {

/// One family as a stock Collect() gave it. An Info is the gauge `<name>_info`.
class PrometheusFamily final : public PageFamily {
 public:
  /// `family` must outlive this, which keeping its owner alive is one way to ensure.
  explicit PrometheusFamily(const ::prometheus::MetricFamily& family,
                            std::shared_ptr<const void> owner = nullptr);

  FamilyHead head() const override;
  void write(PageWriter& page) const override;
  std::size_t text_size() const override;

 private:
  const ::prometheus::MetricFamily& family_;
  std::shared_ptr<const void> owner_;
  std::string name_;
  std::string help_;
  MetricType type_;
};

}  // namespace seadragon::monitoring::detail
