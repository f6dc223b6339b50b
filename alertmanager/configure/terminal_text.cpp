#include "alertmanager/configure/terminal_text.h"

#include <algorithm>

namespace seadragon::alerts {
namespace {

struct Character {
  char32_t value;
  std::size_t bytes;  ///< 0: this is no UTF-8.
};

/// The first character of a text that is not empty; RFC 3629.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {0, 0};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    value = value << 6 | (byte(i) & 0x3FU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[length] || value > 0x10FFFF || is_surrogate) return {0, 0};
  return {value, length};
}

bool is_white_space(char byte) { return byte == '\t' || byte == '\r' || byte == '\n'; }

bool is_obeyed(char32_t value) {
  const auto within = [value](char32_t first, char32_t last) {
    return value >= first && value <= last;
  };
  return value < 0x20 || within(0x7F, 0x9F) || within(0x200B, 0x200F) || within(0x2028, 0x202E) ||
         within(0x2060, 0x206F) || value == 0x061C || value == 0xFEFF;
}

}  // namespace

std::string terminal_text(std::string_view text) {
  std::string fit;
  fit.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_of(text);
    if (character.bytes == 1 && is_white_space(text.front())) {
      fit += ' ';
    } else if (character.bytes == 0 || is_obeyed(character.value)) {
      fit += '?';
    } else {
      fit += text.substr(0, character.bytes);
    }
    text.remove_prefix(std::max<std::size_t>(character.bytes, 1));
  }
  return fit;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string terminal_text(std::string_view text, std::size_t columns) {
  std::string fit = terminal_text(text);
  if (columns_of(fit) <= columns) return fit;
  constexpr std::string_view rest = "...";
  const std::size_t kept = columns - std::min(columns, rest.size());
  std::size_t end = 0;
  for (std::size_t count = 0; count < kept; ++count) end += first_of(fit.substr(end)).bytes;
  return fit.substr(0, end) + std::string(rest.substr(0, columns));
}

}  // namespace seadragon::alerts
