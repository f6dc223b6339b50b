#include "lib/src/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <initializer_list>

#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

enum ByteKind : unsigned char {
  plain,    // stands as it is everywhere
  quoting,  // space, quotes and backslash: means something within a field
  control,  // C0 and DEL
  beyond,   // of a longer sequence, or of none
};

constexpr std::array<ByteKind, 256> byte_kinds = [] {
  std::array<ByteKind, 256> kinds{};
  for (std::size_t byte = 0; byte < kinds.size(); ++byte) {
    kinds[byte] = byte < 0x20 || byte == 0x7F ? control : byte >= 0x80 ? beyond : plain;
  }
  for (const char c : {' ', '"', '\'', '`', '\\'}) kinds[static_cast<unsigned char>(c)] = quoting;
  return kinds;
}();

ByteKind kind_of(char c) { return byte_kinds[static_cast<unsigned char>(c)]; }

/// The code point of a valid sequence.
char32_t code_point(std::string_view sequence) {
  constexpr std::array<unsigned char, 5> lead_bits = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t point = static_cast<unsigned char>(sequence.front()) & lead_bits[sequence.size()];
  for (const char c : sequence.substr(1)) {
    point = point << 6 | (static_cast<unsigned char>(c) & 0x3F);
  }
  return point;
}

/// Ends a line or steers who shows it: C1 controls, separators of lines and paragraphs, marks that
/// turn the direction of writing.
bool steers(char32_t point) {
  return (point >= 0x80 && point < 0xA0) || point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0xFEFF;
}

/// Looks like a space, or like nothing: a field that holds it would look like two.
bool is_blank(char32_t point) {
  return point == 0x00A0 || point == 0x00AD || point == 0x034F || point == 0x1680 ||
         point == 0x180E || (point >= 0x2000 && point <= 0x200D) || point == 0x202F ||
         (point >= 0x205F && point <= 0x2064) || point == 0x2800 || point == 0x3000 ||
         point == 0x3164;
}

}  // namespace

LogLine& LogLine::put(std::string_view text) noexcept {
  const std::size_t fits = std::min(text.size(), text_.size() - size_);
  if (fits > 0) std::memcpy(text_.data() + size_, text.data(), fits);
  size_ += fits;
  return *this;
}

LogLine& LogLine::put(std::uint64_t number) noexcept {
  std::array<char, 20> text;
  const char* const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return put(std::string_view(text.data(), end));
}

LogLine& LogLine::put_seconds(double seconds, int decimals) noexcept {
  constexpr std::array<std::uint64_t, 7> scales = {1, 10, 100, 1000, 10'000, 100'000, 1'000'000};
  constexpr double most = 1e12;
  const std::uint64_t scale = scales[static_cast<std::size_t>(std::clamp(decimals, 0, 6))];
  const double shown = seconds > 0 ? std::min(seconds, most) : 0;
  const auto scaled = static_cast<std::uint64_t>(shown * static_cast<double>(scale) + 0.5);
  put(scaled / scale);
  if (scale == 1) return *this;
  std::array<char, 7> rest;
  rest[0] = '.';
  std::uint64_t value = scaled % scale;
  const auto places = static_cast<std::size_t>(decimals);
  for (std::size_t i = places; i > 0; --i, value /= 10) rest[i] = digits[value % 10];
  return put(std::string_view(rest.data(), places + 1));
}

LogLine& LogLine::put_field(std::string_view text, std::size_t most) noexcept {
  put_escaped(text.substr(0, most), Manner::field);
  return *this;
}

LogLine& LogLine::put_message(std::string_view text, std::size_t most) noexcept {
  put_escaped(text.substr(0, most), Manner::message);
  return *this;
}

void LogLine::put_escaped(std::string_view text, Manner manner) noexcept {
  while (!text.empty()) {
    const auto stands = [manner](char c) {
      const ByteKind kind = kind_of(c);
      return kind == plain || (kind == quoting && manner == Manner::message);
    };
    const auto end = std::ranges::find_if_not(text, stands);
    put(std::string_view(text.begin(), end));
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    if (text.empty()) return;

    const std::size_t valid = utf8_sequence(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(valid, 1));
    text.remove_prefix(sequence.size());
    constexpr std::size_t escape = 4;
    if (text_.size() - size_ < escape * sequence.size()) return;
    const char32_t point = valid > 1 ? code_point(sequence) : 0;
    if (valid > 1 && !steers(point) && !(manner == Manner::field && is_blank(point))) {
      put(sequence);
      continue;
    }
    for (const char c : sequence) {
      const auto byte = static_cast<unsigned char>(c);
      const std::array<char, 4> escaped = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
      put(std::string_view(escaped.data(), escaped.size()));
    }
  }
}

LogLine& LogLine::put_json(std::string_view text, std::size_t most) noexcept {
  text = text.substr(0, most);
  put("\"");
  while (!text.empty()) {
    const auto stands = [](char c) {
      return kind_of(c) == plain || (kind_of(c) == quoting && c != '"' && c != '\\');
    };
    const auto end = std::ranges::find_if_not(text, stands);
    put(std::string_view(text.begin(), end));
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    if (text.empty()) break;

    const std::size_t valid = utf8_sequence(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(valid, 1));
    text.remove_prefix(sequence.size());
    const char32_t point = valid == 0 ? U'\uFFFD' : code_point(sequence);
    if (point == U'"' || point == U'\\') {
      put("\\").put(sequence);
    } else if (valid > 1 && !steers(point)) {
      put(sequence);
    } else {
      std::array<char, 6> escaped = {'\\', 'u'};
      for (std::size_t i = 0; i < 4; ++i) escaped[5 - i] = digits[point >> (4 * i) & 15];
      put(std::string_view(escaped.data(), escaped.size()));
    }
  }
  return put("\"");
}

}  // namespace seadragon::monitoring::detail
