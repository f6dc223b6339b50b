#include "lib/src/text_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace seadragon::monitoring {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

void append_escaped(std::string& out, std::string_view text, bool quote) {
  const std::size_t plain = std::min(text.find_first_of(quote ? "\\\n\"" : "\\\n"), text.size());
  out += text.substr(0, plain);
  text.remove_prefix(plain);
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quote) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

/// A byte that stands on a page as it is.
bool is_plain(char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr std::array<std::string_view, 10> units = {"seconds", "bytes", "ratio",   "celsius",
                                                    "meters",  "volts", "amperes", "joules",
                                                    "grams",   "watts"};

std::string_view openmetrics_type(MetricType type) {
  return type == MetricType::untyped ? "unknown" : type_name(type);
}

}  // namespace

void append_family_head(std::string& out, std::string_view name, std::string_view help,
                        MetricType type) {
  out.append("# HELP ").append(name).append(" ");
  append_escaped(out, help, /*quote=*/false);
  out.append("\n# TYPE ").append(name).append(" ").append(type_name(type)).append("\n");
}

void append_openmetrics_head(std::string& out, std::string_view name, std::string_view help,
                             MetricType type) {
  out.append("# TYPE ").append(name).append(" ").append(openmetrics_type(type)).append("\n");
  for (const std::string_view unit : units) {
    if (name.size() > unit.size() + 1 && name.ends_with(unit) &&
        name[name.size() - unit.size() - 1] == '_') {
      out.append("# UNIT ").append(name).append(" ").append(unit).append("\n");
    }
  }
  out.append("# HELP ").append(name).append(" ");
  append_escaped(out, help, /*quote=*/true);
  out += '\n';
}

void append_bound(std::string& out, double bound) {
  if (std::isinf(bound)) {
    out += bound > 0 ? "+Inf" : "-Inf";
    return;
  }
  std::array<char, 32> text;
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), bound, std::chars_format::general).ptr;
  const std::string_view number(text.data(), end);
  out += number;
  if (number.find_first_of(".en") == std::string_view::npos) out += ".0";
}

void append_label(std::string& labels, std::string_view name, std::string_view value) {
  if (!labels.empty()) labels += ',';
  labels.append(name).append("=\"");
  if (std::ranges::all_of(value, is_plain)) {
    labels += value;
  } else {
    append_escaped(labels, valid_utf8(value), /*quote=*/true);
  }
  labels += '"';
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    out += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::size_t utf8_sequence(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool is_metric_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_label_name(std::string_view name) {
  return is_metric_name(name) && !name.starts_with("__");
}

}  // namespace seadragon::monitoring
