/// What an http:// or https:// URL (RFC 3986) says about where and what to ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seadragon::exporter {

struct Url {
  bool tls = false;         ///< https
  std::string host;         ///< A name or an address; of IPv6 without its brackets.
  std::uint16_t port = 0;   ///< 80 or 443 where the URL has none.
  std::string host_header;  ///< Host and port as the header Host wants them.
  std::string target;       ///< Path and query; "/" where there is neither.

  bool operator==(const Url&) const = default;
};

/// Nothing for another scheme, for user names, and for what cannot stand in a request, white space
/// and line ends say. A fragment is dropped: it never leaves a client.
std::optional<Url> parse_url(std::string_view text);

}  // namespace seadragon::exporter
