/// Names for requests that are safe in a header, a log and a URL.
#pragma once

#include <string>
#include <string_view>

namespace seadragon::monitoring {

/// [A-Za-z0-9._-]{1,64}: no byte that could end a header or a log line, no more than fits one.
bool is_request_id(std::string_view text);

/// 128 random bits in 32 hexadecimal digits, seeded by the system for each thread. Unique, not
/// secret: nothing may be granted to who knows it.
std::string make_request_id();

}  // namespace seadragon::monitoring
