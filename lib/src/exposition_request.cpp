#include "lib/src/exposition_request.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace seadragon::monitoring::detail {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// One element of Accept or Accept-Encoding, with the parameters that we know.
struct Preference {
  std::string_view name;
  std::string_view version, proto, encoding;
  double quality = 1;
};

Preference parse_preference(std::string_view element) {
  Preference preference;
  preference.name = trim(take_until(element, ';'));
  while (!element.empty()) {
    std::string_view value = take_until(element, ';');
    const std::string_view name = trim(take_until(value, '='));
    value = trim(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (equals_ignoring_case(name, "q")) preference.quality = parse_decimal(value).value_or(0);
    if (equals_ignoring_case(name, "version")) preference.version = value;
    if (equals_ignoring_case(name, "proto")) preference.proto = value;
    if (equals_ignoring_case(name, "encoding")) preference.encoding = value;
  }
  return preference;
}

std::optional<ExpositionFormat> format_of(const Preference& wanted) {
  if (equals_ignoring_case(wanted.name, "application/openmetrics-text")) {
    if (wanted.version.empty() || wanted.version == "1.0.0") return ExpositionFormat::openmetrics;
  } else if (equals_ignoring_case(wanted.name, "application/vnd.google.protobuf")) {
    if (wanted.proto == "io.prometheus.client.MetricFamily" && wanted.encoding == "delimited") {
      return ExpositionFormat::protobuf;
    }
  } else if (equals_ignoring_case(wanted.name, "text/plain")) {
    if (wanted.version.empty() || wanted.version == "0.0.4") return ExpositionFormat::text;
  } else if (wanted.name == "*/*" || equals_ignoring_case(wanted.name, "text/*")) {
    return ExpositionFormat::text;
  }
  return std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Percent-decoded, `+` as a space; what is no escape stays as it is.
std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(16 * hex_digit(text[i + 1]) + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

std::optional<double> parse_decimal(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

std::string_view content_type(ExpositionFormat format) {
  switch (format) {
    case ExpositionFormat::openmetrics:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    case ExpositionFormat::protobuf:
      return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
             "encoding=delimited";
    case ExpositionFormat::text:
      break;
  }
  return "text/plain; version=0.0.4; charset=utf-8";
}

ExpositionFormat negotiate_format(std::string_view accept) {
  ExpositionFormat best = ExpositionFormat::text;
  double best_quality = 0;
  while (!accept.empty()) {
    const Preference wanted = parse_preference(take_until(accept, ','));
    const auto format = format_of(wanted);
    if (format && wanted.quality > best_quality) {
      best = *format;
      best_quality = wanted.quality;
    }
  }
  return best;
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const Preference coding = parse_preference(take_until(accept_encoding, ','));
    if (equals_ignoring_case(coding.name, "gzip")) return coding.quality > 0;
    if (coding.name == "*") any = coding.quality > 0;
  }
  return any;
}

ExpositionQuery parse_exposition_query(std::string_view query) {
  ExpositionQuery parsed;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    const std::string name = decode(take_until(value, '='));
    if (name == "name[]") parsed.names.push_back(decode(value));
    if (name == "created") parsed.created = value == "1" || value == "true";
  }
  return parsed;
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    if (decode(take_until(value, '=')) == name) values.push_back(decode(value));
  }
  return values;
}

}  // namespace seadragon::monitoring::detail
