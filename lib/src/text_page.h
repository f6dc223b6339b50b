/// The two text formats.
/// Sources: https://prometheus.io/docs/instrumenting/exposition_formats/ (0.0.4) and
/// https://prometheus.io/docs/specs/om/open_metrics_spec/ (1.0).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/src/gzip.h"
#include "lib/src/page_writer.h"
#include "lib/src/text_buffer.h"

namespace seadragon::monitoring::detail {

struct TextPageOptions {
  bool openmetrics = false;
  bool created = false;         ///< `_created` series; OpenMetrics only.
  bool repeats = false;         ///< Note what gzip() needs.
  std::size_t size_hint = 256;  ///< Bytes that the page will take.
};

class TextPage final : public PageWriter {
 public:
  explicit TextPage(const TextPageOptions& options);

  void family(const FamilyHead& head) override;
  void number(const SeriesHead& series, std::uint64_t value) override;
  void number(const SeriesHead& series, double value) override;
  void histogram(const SeriesHead& series, const HistogramValue& value) override;
  void summary(const SeriesHead& series, const SummaryValue& value) override;
  std::string finish() override;

  /// Text that stands twice on the page, for gzip(). Valid after finish(), as long as the page.
  const std::vector<Repeat>& repeats() const noexcept { return repeats_; }

 private:
  /// A part of the page.
  struct Stretch {
    std::size_t at = 0, length = 0;
  };

  template <class Number>
  void line(std::string_view suffix, const SeriesHead& series, std::string_view more_labels,
            Number value);
  template <class Number>
  void value_line(const SeriesHead& series, Number value);
  void timestamp(const SeriesHead& series);
  void created(const SeriesHead& series);
  void exemplar(const Exemplar& exemplar);
  void repeated(std::size_t at, std::size_t length, std::size_t from);
  void compare(const Stretch& now, Stretch& before, char separator);

  const TextPageOptions options_;
  TextBuffer out_;
  std::vector<Repeat> repeats_;

  std::string head_;         // of the family
  std::string name_;         // of the samples, without suffix
  std::string line_begin_;   // the same with a brace
  std::string family_name_;  // name_ but, in OpenMetrics, for counters
  bool counter_ = false;

  // Where text stands that is likely to come again, be it of another family.
  Stretch head_before_;
  Stretch series_before_;                     // end of the line before, name and labels
  std::vector<std::size_t> le_before_;        // `le="0.1"} `, by bucket
  bool first_of_family_ = true;               // histogram: none has written its tail yet
  std::array<std::size_t, 2> tail_before_{};  // name_sum and name_count
};

}  // namespace seadragon::monitoring::detail
