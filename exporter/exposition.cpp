#include "exporter/exposition.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

namespace seadragon::exporter {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// `std::from_chars` knows words and signs that the format does not, and misses a leading plus.
std::optional<double> parse_number(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf" || text == "Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();

  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// Takes one sample line apart from left to right. Each function consumes what it accepts.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}

  bool at_end() const { return rest_.empty(); }
  bool at(char c) const { return rest_.starts_with(c); }

  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() { take_while(is_blank); }

  /// Metric names may hold colons, label names may not. Empty when there is none.
  std::string_view metric_name() {
    return is_digit(peek()) ? std::string_view() : take_while([](char c) {
      return is_letter(c) || is_digit(c) || c == '_' || c == ':';
    });
  }
  std::string_view label_name() {
    return is_digit(peek())
               ? std::string_view()
               : take_while([](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
  }

  std::optional<double> number() {
    return parse_number(take_while([](char c) { return !is_blank(c); }));
  }

  /// A text in quotes with the escapes \\, \" and \n.
  std::optional<std::string> quoted() {
    if (!take('"')) return std::nullopt;
    std::string text;
    while (!at_end()) {
      if (take('"')) return text;
      if (take('\\')) {
        if (take('n')) {
          text += '\n';
          continue;
        }
        if (!at('\\') && !at('"')) return std::nullopt;
      }
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }

  /// From `{` to `}`; a comma after the last label is allowed.
  std::optional<std::vector<Label>> labels() {
    if (!take('{')) return std::nullopt;
    std::vector<Label> labels;
    skip_blanks();
    while (!take('}')) {
      auto label = label_pair();
      if (!label) return std::nullopt;
      labels.push_back(*std::move(label));
      if (!take(',') && !at('}')) return std::nullopt;
      skip_blanks();
    }
    return labels;
  }

 private:
  char peek() const { return at_end() ? '\0' : rest_.front(); }

  template <typename Accepts>
  std::string_view take_while(Accepts accepts) {
    const auto end = std::ranges::find_if_not(rest_, accepts);
    const auto taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::optional<Label> label_pair() {
    const std::string_view name = label_name();
    if (name.empty()) return std::nullopt;
    skip_blanks();
    if (!take('=')) return std::nullopt;
    skip_blanks();
    auto value = quoted();
    if (!value) return std::nullopt;
    skip_blanks();
    return Label{std::string(name), *std::move(value)};
  }

  std::string_view rest_;
};

/// A timestamp that is there must be a finite number.
bool skip_timestamp(Cursor& cursor) {
  cursor.skip_blanks();
  if (cursor.at_end() || cursor.at('#')) return true;
  const auto timestamp = cursor.number();
  cursor.skip_blanks();
  return timestamp && std::isfinite(*timestamp);
}

/// `# {trace_id="..."} 0.67 1520879607.789`, to the end of the line.
bool skip_exemplar(Cursor& cursor) {
  if (!cursor.take('#')) return true;
  cursor.skip_blanks();
  if (!cursor.labels()) return false;
  cursor.skip_blanks();
  return cursor.number() && skip_timestamp(cursor);
}

}  // namespace

std::optional<Series> parse_series(std::string_view line) {
  Cursor cursor(line);
  Series series{};
  series.name = cursor.metric_name();
  if (series.name.empty() || !(cursor.at(' ') || cursor.at('\t') || cursor.at('{'))) {
    return std::nullopt;
  }
  cursor.skip_blanks();
  if (cursor.at('{')) {
    auto labels = cursor.labels();
    if (!labels) return std::nullopt;
    series.labels = *std::move(labels);
    cursor.skip_blanks();
  }
  const auto value = cursor.number();
  if (!value) return std::nullopt;
  series.value = *value;
  if (!skip_timestamp(cursor) || !skip_exemplar(cursor) || !cursor.at_end()) return std::nullopt;
  return series;
}

std::optional<std::vector<Series>> find_series(std::string_view page, std::string_view name) {
  std::vector<Series> found;
  while (!page.empty()) {
    const std::string_view line = page.substr(0, page.find('\n'));
    page.remove_prefix(std::min(line.size() + 1, page.size()));
    if (Cursor(line).metric_name() != name) continue;
    auto series = parse_series(line);
    if (!series) return std::nullopt;
    found.push_back(*std::move(series));
  }
  return found;
}

}  // namespace seadragon::exporter
