/// Cuts the text files of proc(5) into lines and fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Removes the first line from `text` and returns it without its newline.
std::string_view take_line(std::string_view& text);

/// Removes the first field, separated by blanks, from `line`; empty when there is none left.
std::string_view take_field(std::string_view& line);

/// A decimal number without sign, of at most 64 bits; nothing else may stand in `field`.
std::optional<std::uint64_t> parse_unsigned(std::string_view field);

}  // namespace seadragon::exporter
