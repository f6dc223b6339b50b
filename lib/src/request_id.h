/// Names for requests that are safe in a header, a log and a URL.
#pragma once

#include <cstddef>
#include <string_view>

#include "seadragon/monitoring/detail/short_text.h"

namespace seadragon::monitoring {

inline constexpr std::size_t longest_request_id = 64;
using RequestId = detail::ShortText<longest_request_id>;

/// [A-Za-z0-9._-]{1,64}: no byte that could end a header or a log line, no more than fits one.
bool is_request_id(std::string_view text) noexcept;

/// 128 random bits in 32 hexadecimal digits, seeded by the system for each thread. Unique, not
/// secret: nothing may be granted to who knows it.
RequestId make_request_id() noexcept;

}  // namespace seadragon::monitoring
