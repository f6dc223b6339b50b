#include "exporter/mail_reason.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include <arpa/inet.h>

#include "lib/src/text_format.h"

namespace seadragon::exporter {
namespace {

constexpr std::size_t most_bytes = 200;
constexpr std::string_view dots = "...";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return (c >= '\0' && c <= ' ') || c == '\x7f'; }

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool is_address(std::string_view text) {
  const std::string terminated(text);
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, terminated.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1;
}

/// mx1.example.org: ends in letters, which neither versions nor identifiers with dots do.
bool is_host_name(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && text.size() - dot > 2 &&
         std::ranges::all_of(text.substr(dot + 1), is_letter);
}

bool is_host_and_port(std::string_view text) {
  const std::string_view host = text.substr(0, text.rfind(':'));
  return host != text && is_number(text.substr(host.size() + 1)) &&
         (is_address(host) || is_host_name(host));
}

/// 00:04:59 or 19:34:53.
bool is_clock(std::string_view text) {
  return std::ranges::count(text, ':') == 2 && std::ranges::any_of(text, is_digit) &&
         text.find_first_not_of("0123456789:") == std::string_view::npos;
}

/// Identifiers are long, and have digits.
bool is_identifier(std::string_view text) {
  constexpr std::size_t shortest = 10;
  return text.size() >= shortest && std::ranges::any_of(text, is_digit) &&
         std::ranges::all_of(text, [](char c) {
           return is_digit(c) || is_letter(c) || std::string_view(".:_+-").find(c) != dots.npos;
         });
}

bool differs_at_each_try(std::string_view part) {
  if (is_address(part) || is_host_name(part) || is_host_and_port(part)) return false;
  return is_clock(part) || is_identifier(part);
}

/// smtp.example.org[192.0.2.1]:587 -> smtp.example.org:587
std::string without_tried_address(std::string_view word) {
  const std::size_t open = word.find('[');
  const std::size_t close = word.find(']', open);
  const bool follows_a_name = open != std::string_view::npos && open > 0 &&
                              close != std::string_view::npos &&
                              is_address(word.substr(open + 1, close - open - 1));
  if (!follows_a_name) return std::string(word);
  return std::string(word.substr(0, open)).append(word.substr(close + 1));
}

/// Each part between brackets, quotes and the like for itself.
std::string generalised(std::string_view word) {
  std::string result;
  while (!word.empty()) {
    const std::string_view part = word.substr(0, word.find_first_of("()[]<>{}\"',;/?&#="));
    const std::size_t end = part.find_last_not_of(".:!");
    const std::string_view bare = part.substr(0, end == part.npos ? 0 : end + 1);
    result.append(differs_at_each_try(bare) ? dots : bare).append(part.substr(bare.size()));
    word.remove_prefix(part.size());
    if (word.empty()) break;
    result += word.front();
    word.remove_prefix(1);
  }
  return result;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto* const begin = std::ranges::find_if_not(text, is_blank);
    text.remove_prefix(static_cast<std::size_t>(begin - text.begin()));
    if (text.empty()) return words;
    const auto* const end = std::ranges::find_if(text, is_blank);
    words.push_back(text.substr(0, static_cast<std::size_t>(end - text.begin())));
    text.remove_prefix(words.back().size());
  }
}

/// In "(try again in 299 seconds)" the number, which counts down.
bool is_countdown(std::string_view word, std::string_view next) {
  return is_number(word) &&
         std::ranges::any_of(std::array{"sec", "min", "hour"},
                             [&](std::string_view unit) { return next.starts_with(unit); });
}

/// Not in the middle of a character.
std::string cut(std::string text) {
  if (text.size() <= most_bytes) return text;
  std::size_t end = most_bytes - dots.size();
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end).append(dots);
}

}  // namespace

std::string mail_reason(std::string_view words) {
  // Said of the mails behind one that was tried; which one that is changes.
  constexpr std::string_view of_others = "delivery temporarily suspended: ";
  if (words.starts_with(of_others)) words.remove_prefix(of_others.size());

  const std::string text = monitoring::valid_utf8(words);
  const std::vector<std::string_view> all = words_of(text);
  std::string reason;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!reason.empty()) reason += ' ';
    const bool counts_down = i + 1 < all.size() && is_countdown(all[i], all[i + 1]);
    reason += counts_down ? std::string(dots) : generalised(without_tried_address(all[i]));
  }
  return cut(std::move(reason));
}

}  // namespace seadragon::exporter
