/// Makes text of strangers fit to be printed on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace seadragon::alerts {

/// On one line, without anything that a terminal would obey: control characters, line ends,
/// characters that turn the direction of writing and what is not UTF-8 become "?". White space
/// becomes a blank. What remains is UTF-8.
std::string terminal_text(std::string_view text);

/// The same, at most `columns` characters long: "..." stands for what is left out. A character
/// counts as one column.
std::string terminal_text(std::string_view text, std::size_t columns);

/// Characters of UTF-8.
std::size_t columns_of(std::string_view text);

}  // namespace seadragon::alerts
