/// A family on a page under a second name.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "lib/src/metric_spec.h"
#include "lib/src/page_writer.h"

namespace seadragon::monitoring::detail {

/// The same series, called otherwise.
struct MetricAlias {
  std::string_view name;
  std::string_view of;  ///< A metric of the catalog.
  std::string_view help;
  LabelNames labels{};  ///< As many as those of `of`, in the same order.
};

class AliasPage final : public PageFamily {
 public:
  /// `alias` outlives it.
  AliasPage(const MetricAlias& alias, std::unique_ptr<const PageFamily> of)
      : alias_(alias), of_(std::move(of)) {}

  FamilyHead head() const override {
    return {.name = alias_.name, .help = alias_.help, .type = of_->head().type};
  }
  void write(PageWriter& page) const override;
  std::size_t text_size() const override;

 private:
  const MetricAlias& alias_;
  const std::unique_ptr<const PageFamily> of_;
};

}  // namespace seadragon::monitoring::detail
