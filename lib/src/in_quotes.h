#pragma once

#include <string>
#include <string_view>

namespace seadragon::monitoring::detail {

/// Somebody else's text for a message: in double quotes, on one line, cut after 80 bytes, control
/// characters shown as `?`.
std::string in_quotes(std::string_view text);

}  // namespace seadragon::monitoring::detail
