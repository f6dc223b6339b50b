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
  template <class Number>
  void line(std::string_view suffix, const SeriesHead& series, std::string_view more_labels,
            Number value);
  template <class Number>
  void value_line(const SeriesHead& series, Number value);
  void timestamp(const SeriesHead& series);
  void created(const SeriesHead& series);
  void exemplar(const Exemplar& exemplar);
  void repeated(std::size_t at, std::size_t length, std::size_t from);
  void compare(std::size_t at, std::size_t length);

  const TextPageOptions options_;
  TextBuffer out_;
  std::vector<Repeat> repeats_;

  std::string name_;         // of the samples, without suffix
  std::string line_begin_;   // the same with a brace
  std::string family_name_;  // name_ but, in OpenMetrics, for counters
  bool counter_ = false;

  // Where the series before this one of the family stands: text that is likely to come again.
  std::size_t before_ = 0, before_length_ = 0;  // name and labels; length 0: no series yet
  std::vector<std::size_t> le_before_;          // `,le="0.1"} `, by bucket
  std::array<std::size_t, 2> tail_before_{};    // name_sum{ and name_count{
};

}  // namespace seadragon::monitoring::detail
