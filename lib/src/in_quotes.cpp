#include "lib/src/in_quotes.h"

#include <algorithm>
#include <cstddef>

namespace seadragon::monitoring::detail {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string clean(text.substr(0, longest));
  std::ranges::replace_if(
      clean, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, '?');
  return '"' + clean + (text.size() > longest ? "...\"" : "\"");
}

}  // namespace seadragon::monitoring::detail
