#include "lib/src/alias_page.h"

#include <algorithm>
#include <string>

namespace seadragon::monitoring::detail {
namespace {

/// Passes values on to another page, with other label names.
class RenamedLabels final : public PageWriter {
 public:
  RenamedLabels(PageWriter& page, const LabelNames& names) : page_(page), names_(names) {}

  void family(const FamilyHead& head) override { page_.family(head); }
  void number(const SeriesHead& series, std::uint64_t value) override {
    page_.number(renamed(series), value);
  }
  void number(const SeriesHead& series, double value) override {
    page_.number(renamed(series), value);
  }
  void histogram(const SeriesHead& series, const HistogramValue& value) override {
    page_.histogram(renamed(series), value);
  }
  void summary(const SeriesHead& series, const SummaryValue& value) override {
    page_.summary(renamed(series), value);
  }
  std::string finish() override { return page_.finish(); }

 private:
  /// Valid until the next call.
  SeriesHead renamed(SeriesHead series) {
    labels_.clear();
    std::string_view rest = series.labels;
    for (const std::string_view name : names_) {
      const std::size_t equals = rest.find('=');
      if (equals == rest.npos) break;
      std::size_t end = equals + 2;  // behind the first quote
      while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
      if (!labels_.empty()) labels_ += ',';
      labels_.append(name).append(rest.substr(equals, end + 1 - equals));
      rest.remove_prefix(std::min(rest.size(), end + std::string_view("\",").size()));
    }
    series.labels = labels_;
    return series;
  }

  PageWriter& page_;
  const LabelNames& names_;
  std::string labels_;
};

}  // namespace

void AliasPage::write(PageWriter& page) const {
  RenamedLabels renamed(page, alias_.labels);
  of_->write(renamed);
}

std::size_t AliasPage::text_size() const {
  // Names of the standards are up to twice as long as ours.
  return 2 * of_->text_size();
}

}  // namespace seadragon::monitoring::detail
