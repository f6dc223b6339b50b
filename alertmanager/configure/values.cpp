#include "alertmanager/configure/values.h"

#include <algorithm>
#include <cstddef>

namespace seadragon::alerts {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_printable(char c) { return c > ' ' && c < '\x7f'; }

/// Parts of at least one byte with dots between them, each byte as `allowed` says.
template <typename Allowed>
bool is_dotted(std::string_view text, const Allowed& allowed) {
  bool part_has_begun = false;
  for (const char c : text) {
    if (c == '.' ? !part_has_begun : !allowed(c)) return false;
    part_has_begun = c != '.';
  }
  return part_has_begun;
}

bool has_any(std::string_view text, std::string_view bytes) {
  return text.find_first_of(bytes) != std::string_view::npos;
}

}  // namespace

bool is_address(std::string_view text) {
  constexpr std::size_t longest_local_part = 64, longest = 254;  // RFC 5321, 4.5.3.1
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > longest_local_part || text.size() > longest)
    return false;
  // Of the specials of RFC 5322, 3.2.3, without those that open something in a template or a map.
  constexpr std::string_view specials = "!#%&'*+-/=?^_~";
  return is_host(text.substr(at + 1)) && is_dotted(text.substr(0, at), [&](char c) {
           return is_letter_or_digit(c) || specials.find(c) != std::string_view::npos;
         });
}

bool is_host(std::string_view text) {
  constexpr std::size_t longest = 253;
  const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; };
  return text.size() <= longest && is_dotted(text, allowed) && !text.starts_with('-') &&
         text.find(".-") == std::string_view::npos && text.find("-.") == std::string_view::npos &&
         !text.ends_with('-');
}

bool is_path(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, is_printable) &&
         !has_any(text, R"("',$\{}`)");
}

bool is_url(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("http://")) rest.remove_prefix(7);
  if (rest.starts_with("https://")) rest.remove_prefix(8);
  if (rest.size() == text.size() || rest.empty() || has_any(rest.substr(0, 1), "/:?#"))
    return false;
  return std::ranges::all_of(rest, is_printable) && !has_any(rest, R"("'\<>{}`)");
}

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

bool has_template(std::string_view text) { return text.find("{{") != std::string_view::npos; }

}  // namespace seadragon::alerts
