#include "lib/src/text_page.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "lib/src/label_hash.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::string_view total = "_total";

/// Length of the text that both begin with.
[[gnu::always_inline]] inline std::size_t common_length(const char* a, const char* b,
                                                        std::size_t most) {
  std::size_t length = 0;
  for (; length + 8 <= most; length += 8) {
    const std::uint64_t differences =
        word_at<std::uint64_t>(a + length) ^ word_at<std::uint64_t>(b + length);
    if (differences != 0) {
      return length + static_cast<std::size_t>(std::countr_zero(differences)) / 8;
    }
  }
  while (length < most && a[length] == b[length]) ++length;
  return length;
}

/// How far back deflate can refer (RFC 1951, 3.2.5).
constexpr std::size_t farthest_repeat = 32768;

/// Room for the suffixes, signs and numbers of one line.
constexpr std::size_t line_room = 160;

}  // namespace

TextPage::TextPage(const TextPageOptions& options) : options_(options), out_(options.size_hint) {
  constexpr std::size_t bytes_per_repeat = 40;
  if (options.repeats) repeats_.reserve(options.size_hint / bytes_per_repeat);
}

void TextPage::family(const FamilyHead& head) {
  name_ = head.name;
  counter_ = head.type == MetricType::counter;
  first_of_family_ = true;
  family_name_ = name_;
  head_.clear();
  if (options_.openmetrics) {
    if (counter_ && name_.ends_with(total)) {
      family_name_.resize(name_.size() - total.size());
    } else if (counter_) {
      name_ += total;
    }
    append_openmetrics_head(head_, family_name_, head.help, head.type);
  } else {
    append_family_head(head_, name_, head.help, head.type);
  }
  out_.make_room(head_.size());
  const Stretch head_text{out_.size(), head_.size() - 1};  // its last newline goes with the series
  out_.put(head_);
  if (options_.repeats) compare(head_text, head_before_, ' ');
  line_begin_ = name_;
  line_begin_ += '{';
}

/// Notes that text stands on the page for the second time.
[[gnu::always_inline]] inline void TextPage::repeated(std::size_t at, std::size_t length,
                                                      std::size_t from) {
  if (!options_.repeats || length > std::numeric_limits<std::uint16_t>::max() ||
      at - from > farthest_repeat) {
    return;
  }
  repeats_.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint16_t>(length),
                      static_cast<std::uint16_t>(at - from)});
}

/// Notes what a stretch has in common with the one before, of words that end with `separator`.
void TextPage::compare(const Stretch& now, Stretch& before, char separator) {
  constexpr std::size_t worth_it = 3;  // shorter ones deflate does not know
  const char* const text = out_.data();
  std::size_t here = now.at, there = before.at;
  const std::size_t end = now.at + now.length, before_end = before.at + before.length;
  while (here < end && there < before_end) {
    const std::size_t same =
        common_length(text + here, text + there, std::min(end - here, before_end - there));
    if (same >= worth_it) repeated(here, same, there);
    here += same;
    there += same;
    while (here < end && text[here] != separator) ++here;
    while (there < before_end && text[there] != separator) ++there;
  }
  before = now;
}

/// Seldom: only sources not ours have times of their own.
void TextPage::timestamp(const SeriesHead& series) {
  out_.put(' ');
  if (options_.openmetrics) {
    out_.put(static_cast<double>(series.timestamp) / 1000);
  } else {
    out_.put(series.timestamp);
  }
}

template <class Number>
void TextPage::line(std::string_view suffix, const SeriesHead& series, std::string_view more_labels,
                    Number value) {
  out_.make_room(name_.size() + series.labels.size() + more_labels.size() + line_room);
  out_.put(name_);
  out_.put(suffix);
  if (!series.labels.empty() || !more_labels.empty()) {
    out_.put('{');
    out_.put(series.labels);
    if (!series.labels.empty() && !more_labels.empty()) out_.put(',');
    out_.put(more_labels);
    out_.put('}');
  }
  out_.put(' ');
  out_.put(value);
  if (series.timestamp != 0) timestamp(series);
  out_.put('\n');
}

void TextPage::created(const SeriesHead& series) {
  if (!options_.openmetrics || !options_.created || series.created == 0) return;
  out_.make_room(family_name_.size() + series.labels.size() + line_room);
  out_.put(family_name_);
  out_.put("_created");
  if (!series.labels.empty()) {
    out_.put('{');
    out_.put(series.labels);
    out_.put('}');
  }
  out_.put(' ');
  out_.put(std::uint64_t{series.created});
  out_.put('\n');
}

template <class Number>
void TextPage::value_line(const SeriesHead& series, Number value) {
  const std::size_t begin = out_.size();
  out_.make_room(line_begin_.size() + series.labels.size() + line_room);
  if (series.labels.empty()) {
    out_.put(name_);
    out_.put(' ');
  } else {
    out_.put(line_begin_);
    out_.put(series.labels);
    out_.put("} ");
  }
  if (options_.repeats) compare({begin - 1, out_.size() - begin + 1}, series_before_, '"');
  out_.put(value);
  if (series.timestamp != 0) timestamp(series);
  out_.put('\n');
  if (counter_) created(series);
}

void TextPage::number(const SeriesHead& series, std::uint64_t value) { value_line(series, value); }
void TextPage::number(const SeriesHead& series, double value) { value_line(series, value); }

void TextPage::exemplar(const Exemplar& exemplar) {
  if (!options_.openmetrics || exemplar.labels.empty()) return;
  out_.put(" # {");
  out_.put(exemplar.labels);
  out_.put("} ");
  out_.put(exemplar.value);
  if (exemplar.timestamp == 0) return;
  constexpr double per_second = 1000;  // to the millisecond, as Prometheus keeps them
  out_.put(' ');
  out_.put(std::round(exemplar.timestamp * per_second) / per_second);
}

void TextPage::histogram(const SeriesHead& series, const HistogramValue& value) {
  constexpr std::string_view bucket = "_bucket{";
  const std::size_t comma = series.labels.empty() ? 0 : 1;
  const std::size_t prefix = name_.size() + bucket.size() + series.labels.size() + comma;
  std::size_t room = (value.buckets.size() + 2) * (prefix + line_room);
  for (const Exemplar& exemplar : value.exemplars) room += exemplar.labels.size() + line_room;
  out_.make_room(room);

  const std::size_t begin = out_.size();
  le_before_.resize(value.buckets.size());
  out_.put(name_);
  out_.put(bucket);
  out_.put(series.labels);
  if (comma != 0) out_.put(',');
  if (options_.repeats) compare({begin - 1, prefix + 1}, series_before_, '"');

  std::uint64_t count = 0;
  std::size_t line_before = begin;
  std::array<char, TextBuffer::longest_number> number;  // of the bucket before, often the same
  std::size_t digits = 0;
  for (std::size_t i = 0; i < value.buckets.size(); ++i) {
    if (i > 0) {
      const std::size_t at = out_.size();
      repeated(at - 1, prefix + 1, line_before - 1);  // with the end of the line before
      out_.put_again(begin, prefix);
      line_before = at;
    }
    const std::size_t le_at = out_.size();
    out_.put(value.le[i]);
    out_.put("} ");
    // The histogram before may be of another family, with other bounds.
    const std::size_t le_size = out_.size() - le_at;
    if (options_.repeats &&
        common_length(out_.data() + le_at, out_.data() + le_before_[i], le_size) == le_size) {
      repeated(le_at, le_size, le_before_[i]);
    }
    le_before_[i] = le_at;
    if (value.buckets[i] > 0 || i == 0) {
      count += value.buckets[i];
      digits = static_cast<std::size_t>(
          std::to_chars(number.data(), number.data() + number.size(), count).ptr - number.data());
    }
    out_.put(std::string_view(number.data(), digits));
    if (series.timestamp != 0) timestamp(series);
    if (!value.exemplars.empty()) exemplar(value.exemplars[i]);
    out_.put('\n');
  }

  const std::size_t brace_at = line_before + name_.size() + bucket.size() - 1;
  const auto tail = [&](std::string_view suffix, std::size_t& before, auto number_of) {
    const std::size_t begin_of_line = out_.size();
    out_.put(name_);
    out_.put(suffix);
    if (!first_of_family_) repeated(begin_of_line, out_.size() - begin_of_line, before);
    before = begin_of_line;
    if (comma != 0) {
      // The brace belongs to the labels: not every series of a registry not ours has any.
      repeated(out_.size(), series.labels.size() + 1, brace_at);
      out_.put('{');
      out_.put(series.labels);
      out_.put('}');
    }
    out_.put(' ');
    out_.put(number_of);
    if (series.timestamp != 0) timestamp(series);
    out_.put('\n');
  };
  tail("_sum", tail_before_[0], value.sum);
  tail("_count", tail_before_[1], value.count);
  first_of_family_ = false;
  created(series);
}

void TextPage::summary(const SeriesHead& series, const SummaryValue& value) {
  for (const SummaryValue::Quantile& quantile : value.quantiles) {
    std::string number, label;
    append_bound(number, quantile.quantile);
    append_label(label, "quantile", number);
    line("", series, label, quantile.value);
  }
  line("_sum", series, "", value.sum);
  line("_count", series, "", value.count);
  created(series);
}

std::string TextPage::finish() {
  if (options_.openmetrics) {
    constexpr std::string_view end = "# EOF\n";
    out_.make_room(end.size());
    out_.put(end);
  }
  return out_.take();
}

}  // namespace seadragon::monitoring::detail
