/// What a single value of the settings may look like. All of them end up in files of other
/// programs, so they hold nothing that such a program would take for more than text.
#pragma once

#include <string_view>

namespace seadragon::alerts {

/// A plain address, `ops@example.org` (RFC 5321, 4.1.2 Dot-string), in ASCII. No display name: one
/// with an umlaut makes Alertmanager encode the whole header, the address included.
bool is_address(std::string_view text);

/// A host name (RFC 1123, 2.1; `_` too, which containers have) or an IPv4 address.
bool is_host(std::string_view text);

/// An absolute path without white space, quotes, commas, `$`, `\` and braces.
bool is_path(std::string_view text);

/// http:// or https:// with a host, in printable ASCII without quotes, `\`, `<`, `>` and braces.
bool is_url(std::string_view text);

/// One line: no control characters.
bool is_one_line(std::string_view text);

/// Whether Alertmanager would run it as a template.
bool has_template(std::string_view text);

}  // namespace seadragon::alerts
