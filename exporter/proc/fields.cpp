#include "exporter/proc/fields.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

namespace seadragon::exporter {

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

std::string_view take_field(std::string_view& line) {
  constexpr std::string_view blanks = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view field = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(field.size());
  return field;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view field) {
  std::uint64_t number = 0;
  const char* const end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::optional<double> parse_decimal(std::string_view field) {
  if (field.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const char* const end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> find_kb(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    std::string_view label = take_field(line);
    if (!label.ends_with(':')) continue;
    label.remove_suffix(1);
    if (label != name) continue;

    const auto kb = parse_unsigned(take_field(line));
    if (!kb || *kb > std::numeric_limits<std::uint64_t>::max() / bytes_per_kb) return std::nullopt;
    if (take_field(line) != "kB") return std::nullopt;
    return kb;
  }
  return std::nullopt;
}

}  // namespace seadragon::exporter
