/// Base64 (RFC 4648), as SMTP's AUTH wraps what is said in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace seadragon::alerts {

std::string to_base64(std::string_view bytes);

/// nullopt when this is no base64, or some other text would give the same bytes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace seadragon::alerts
