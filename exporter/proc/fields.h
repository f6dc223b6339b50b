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

/// A decimal number without sign and exponent, such as `0.25`; nothing else may stand in `field`.
std::optional<double> parse_decimal(std::string_view field);

/// The kernel writes kB and means KiB.
inline constexpr std::uint64_t bytes_per_kb = 1024;

/// The number of the line called `name`, such as `MemFree:  3049456 kB`; nullopt when the line is
/// missing, malformed, or of so much that its bytes do not fit into 64 bits.
std::optional<std::uint64_t> find_kb(std::string_view text, std::string_view name);

}  // namespace seadragon::exporter
