/// What a scraper asks for, read from the words in which it asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::monitoring::detail {

enum class ExpositionFormat { text, openmetrics, protobuf };

/// The media type of a format, with its parameters.
std::string_view content_type(ExpositionFormat format);

/// The format that `Accept` (RFC 9110, 12.5.1) likes best, of equals the first named. Text 0.0.4
/// where it names none of ours, as everything that scrapes understands it.
ExpositionFormat negotiate_format(std::string_view accept);

/// Whether `Accept-Encoding` (RFC 9110, 12.5.3) takes gzip: named or `*`, with a q above 0.
bool accepts_gzip(std::string_view accept_encoding);

/// The parameters of a query string that a page depends on; unknown ones are ignored.
struct ExpositionQuery {
  std::vector<std::string> names;  ///< From `name[]`; empty: all families.
  bool created = false;
};
ExpositionQuery parse_exposition_query(std::string_view query);

/// All values of one parameter of a query string, decoded, in their order.
std::vector<std::string> query_values(std::string_view query, std::string_view name);

/// The number that `text` is, all of it; nullopt for anything else. No exponents.
std::optional<double> parse_decimal(std::string_view text);

}  // namespace seadragon::monitoring::detail
