#include "lib/src/protobuf_page.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "lib/src/protobuf_schema.h"

namespace seadragon::monitoring::detail {
namespace {

namespace schema = protobuf_schema;

std::uint64_t type_number(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return 0;
    case MetricType::gauge:
      return 1;
    case MetricType::summary:
      return 2;
    case MetricType::histogram:
      return 4;
    case MetricType::untyped:
      break;
  }
  return 3;
}

ProtobufField number_field(MetricType type) {
  if (type == MetricType::counter) return schema::metric::counter;
  return type == MetricType::gauge ? schema::metric::gauge : schema::metric::untyped;
}

struct Label {
  std::string_view name;
  std::string_view value;  // escaped
};

/// Takes the first label off `labels`, which are as append_label() makes them.
Label take_label(std::string_view& labels) {
  const std::size_t quote = labels.find('"');
  std::size_t end = quote + 1;
  while (end < labels.size() && labels[end] != '"') end += labels[end] == '\\' ? 2 : 1;
  const Label label{labels.substr(0, quote - 1), labels.substr(quote + 1, end - quote - 1)};
  labels.remove_prefix(std::min(labels.size(), end + std::string_view("\",").size()));
  return label;
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '\\' && i + 1 < value.size();
    if (escape) ++i;
    out += escape && value[i] == 'n' ? '\n' : value[i];
  }
  return out;
}

void write_labels(ProtobufMessage& page, ProtobufField field, std::string_view labels) {
  while (!labels.empty()) {
    const Label label = take_label(labels);
    page.nested(field, [&] {
      page.text(schema::label_pair::name, label.name);
      if (label.value.find('\\') == std::string_view::npos) {
        page.text(schema::label_pair::value, label.value);
      } else {
        page.text(schema::label_pair::value, unescaped(label.value));
      }
    });
  }
}

void write_exemplar(ProtobufMessage& page, const Exemplar& from) {
  page.nested(schema::bucket::exemplar, [&] {
    write_labels(page, schema::exemplar::label, from.labels);
    page.number(schema::exemplar::value, from.value);
    if (from.timestamp <= 0) return;
    constexpr std::int64_t micro = 1'000'000;  // as exact as a double is for today's seconds
    const std::int64_t micros = std::llround(from.timestamp * double{micro});
    page.nested(schema::exemplar::timestamp, [&] {
      page.integer(schema::timestamp::seconds, static_cast<std::uint64_t>(micros / micro));
      page.integer(schema::timestamp::nanos, static_cast<std::uint64_t>(micros % micro * 1000));
    });
  });
}

void write_classic(ProtobufMessage& page, const HistogramValue& value) {
  std::uint64_t cumulated = 0;
  for (std::size_t i = 0; i < value.buckets.size(); ++i) {
    cumulated += value.buckets[i];
    page.nested(schema::histogram::bucket, [&] {
      page.integer(schema::bucket::cumulative_count, cumulated);
      page.number(schema::bucket::upper_bound, value.upper[i]);
      if (!value.exemplars.empty() && !value.exemplars[i].labels.empty()) {
        write_exemplar(page, value.exemplars[i]);
      }
    });
  }
}

/// Neighbouring buckets, and how many lie between the span before, or bucket 0, and them.
struct BucketSpan {
  int offset;
  int length;
};

std::vector<BucketSpan> spans_of(const NativeHistogram& native) {
  constexpr int bridged = 2;  // that many empty buckets cost less than another span
  std::vector<BucketSpan> spans;
  int next = 0;
  for (std::size_t i = 0; i < native.counts.size(); ++i) {
    if (native.counts[i] == 0) continue;
    const int index = native.first + static_cast<int>(i);
    const int gap = index - next;
    if (spans.empty() || gap > bridged) {
      spans.push_back({gap, 1});
    } else {
      spans.back().length += gap + 1;
    }
    next = index + 1;
  }
  // Readers take for native what has a span, a zero threshold or zeros, even if nothing else.
  const bool unrecognised = spans.empty() && native.zero_threshold == 0 && native.zero_count == 0;
  if (unrecognised) spans.push_back({0, 0});
  return spans;
}

void write_native(ProtobufMessage& page, const NativeHistogram& native) {
  page.signed_integer(schema::histogram::schema, native.schema);
  page.number(schema::histogram::zero_threshold, native.zero_threshold);
  page.integer(schema::histogram::zero_count, native.zero_count);
  const std::vector<BucketSpan> spans = spans_of(native);
  for (const BucketSpan& span : spans) {
    page.nested(schema::histogram::positive_span, [&] {
      page.signed_integer(schema::bucket_span::offset, span.offset);
      page.integer(schema::bucket_span::length, static_cast<std::uint64_t>(span.length));
    });
  }
  if (native.counts.empty()) return;
  page.nested(schema::histogram::positive_delta, [&] {
    int index = 0;
    std::uint64_t before = 0;
    for (const BucketSpan& span : spans) {
      index += span.offset;
      for (const int end = index + span.length; index < end; ++index) {
        const std::uint64_t count = native.counts[static_cast<std::size_t>(index - native.first)];
        page.signed_element(static_cast<std::int64_t>(count - before));
        before = count;
      }
    }
  });
}

}  // namespace

void ProtobufPage::family(const FamilyHead& head) {
  end_family();
  const std::size_t begin = page_.open();
  page_.text(schema::metric_family::name, head.name);
  page_.text(schema::metric_family::help, head.help);
  page_.integer(schema::metric_family::type, type_number(head.type));
  family_ = OpenFamily{begin, page_.size(), head.type};
}

void ProtobufPage::end_family() {
  if (!family_) return;
  if (page_.size() == family_->first_series) {
    page_.drop(family_->begin);
  } else {
    page_.close(family_->begin);
  }
  family_.reset();
}

/// `write_value()` adds the field in which a series of this type has its value.
template <class Write>
void ProtobufPage::metric(const SeriesHead& series, const Write& write_value) {
  page_.nested(schema::metric_family::metric, [&] {
    write_labels(page_, schema::metric::label, series.labels);
    write_value();
    if (series.timestamp != 0) {
      page_.integer(schema::metric::timestamp, static_cast<std::uint64_t>(series.timestamp));
    }
  });
}

void ProtobufPage::number(const SeriesHead& series, std::uint64_t value) {
  number(series, static_cast<double>(value));
}

void ProtobufPage::number(const SeriesHead& series, double value) {
  metric(series, [&] {
    page_.nested(number_field(family_->type), [&] { page_.number(schema::number::value, value); });
  });
}

void ProtobufPage::histogram(const SeriesHead& series, const HistogramValue& value) {
  metric(series, [&] {
    page_.nested(schema::metric::histogram, [&] {
      page_.integer(schema::histogram::count, value.count);
      page_.number(schema::histogram::sum, value.sum);
      write_classic(page_, value);
      if (value.native != nullptr) write_native(page_, *value.native);
    });
  });
}

void ProtobufPage::summary(const SeriesHead& series, const SummaryValue& value) {
  metric(series, [&] {
    page_.nested(schema::metric::summary, [&] {
      page_.integer(schema::summary::count, value.count);
      page_.number(schema::summary::sum, value.sum);
      for (const SummaryValue::Quantile& each : value.quantiles) {
        page_.nested(schema::summary::quantile, [&] {
          page_.number(schema::quantile::quantile, each.quantile);
          page_.number(schema::quantile::value, each.value);
        });
      }
    });
  });
}

std::string ProtobufPage::finish() {
  end_family();
  return page_.take();
}

}  // namespace seadragon::monitoring::detail
