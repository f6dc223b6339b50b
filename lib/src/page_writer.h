/// The form in which sources hand over what a page shows, and in which formats take it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/src/metric_spec.h"

namespace seadragon::monitoring::detail {

struct FamilyHead {
  std::string_view name;  ///< As in the text format: that of a counter ends in `_total`.
  std::string_view help;  ///< Valid UTF-8, not escaped.
  MetricType type;
};

/// Of which series a value is.
struct SeriesHead {
  std::string_view labels;     ///< Escaped, without braces: `method="GET",route="/"`.
  std::uint32_t created = 0;   ///< Seconds since the epoch; 0: unknown.
  std::int64_t timestamp = 0;  ///< Milliseconds since the epoch; 0: the time of the scrape.
};

/// One value that fell into a bucket, and the request it came from.
struct Exemplar {
  std::string labels;  ///< Escaped: `request_id="9f3c"`. Empty: the bucket has none.
  double value = 0;
  double timestamp = 0;  ///< Seconds since the epoch; 0: unknown.
};

/// Exponential buckets: bucket i counts values in (base^(i-1), base^i], base = 2^(2^-schema).
struct NativeHistogram {
  int schema = 3;
  double zero_threshold = 0x1p-128;
  std::uint64_t zero_count = 0;
  int first = 0;                      ///< Index of the first of `counts`.
  std::vector<std::uint64_t> counts;  ///< Without gaps; not cumulated.
};

struct HistogramValue {
  std::span<const double> upper;           ///< Upper bounds, ascending, +Inf the last.
  std::span<const std::string> le;         ///< The same as labels: `le="0.1"`.
  std::span<const std::uint64_t> buckets;  ///< Not cumulated.
  std::uint64_t count = 0;                 ///< Sum of the buckets.
  double sum = 0;
  std::span<const Exemplar> exemplars = {};  ///< None at all, or one per bucket.
  const NativeHistogram* native = nullptr;
};

struct SummaryValue {
  struct Quantile {
    double quantile = 0;
    double value = 0;
  };
  std::span<const Quantile> quantiles;
  std::uint64_t count = 0;
  double sum = 0;
};

/// One exposition format. First family(), then the values of its series, then the next family.
class PageWriter {
 public:
  virtual ~PageWriter() = default;

  virtual void family(const FamilyHead& head) = 0;
  virtual void number(const SeriesHead& series, std::uint64_t value) = 0;
  virtual void number(const SeriesHead& series, double value) = 0;
  virtual void histogram(const SeriesHead& series, const HistogramValue& value) = 0;
  virtual void summary(const SeriesHead& series, const SummaryValue& value) = 0;

  /// Ends the page. The writer holds none afterwards.
  virtual std::string finish() = 0;
};

/// The series of one family, as they stand at one scrape.
class PageFamily {
 public:
  virtual ~PageFamily() = default;

  virtual FamilyHead head() const = 0;

  /// Writes the values, head() not included. Called once.
  virtual void write(PageWriter& page) const = 0;

  /// About as many bytes as the text will take, rather more than less.
  virtual std::size_t text_size() const = 0;
};

using PageFamilies = std::vector<std::unique_ptr<const PageFamily>>;

}  // namespace seadragon::monitoring::detail
