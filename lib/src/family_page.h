/// What one family of a Registry shows at one scrape.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "lib/src/cell_store.h"
#include "lib/src/page_writer.h"
#include "lib/src/series_family.h"

namespace seadragon::monitoring::detail {

class FamilyPage final : public PageFamily {
 public:
  /// Reads the series that are functions now; the cells when the page is written. `family` outlives
  /// it.
  FamilyPage(const SeriesFamily& family, std::shared_ptr<const CellReader> cells);

  FamilyHead head() const override;
  void write(PageWriter& page) const override;
  std::size_t text_size() const override;

 private:
  template <class Visit>
  void each_prefetched(std::size_t cells, const Visit& visit) const;

  const SeriesFamily& family_;
  const std::shared_ptr<const CellReader> cells_;
  std::vector<std::pair<const Series*, double>> read_;  // in the order of the series
};

}  // namespace seadragon::monitoring::detail
