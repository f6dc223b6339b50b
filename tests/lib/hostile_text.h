/// What must hold of every text that a stranger sends, for the fuzzers and for the tests that play
/// damaged texts. Each check returns what is wrong, empty if nothing is.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "lib/src/client_address.h"
#include "lib/src/log_line.h"
#include "lib/src/request_id.h"
#include "lib/src/text_format.h"

namespace seadragon::tests {

/// No byte that could end a line or a field, or steer a terminal; valid UTF-8.
inline bool is_unforged(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = monitoring::utf8_sequence(text);
    if (size == 0) return false;
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x20 || first == 0x7F) return false;
    if (size == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0) return false;
    if (text.substr(0, size) == "\xE2\x80\xA8" || text.substr(0, size) == "\xE2\x80\xAE") {
      return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

/// A space, whatever script it is of: Unicode's White_Space beyond what ends a line.
inline bool has_blank(std::string_view text) {
  for (const char* blank : {" ", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
                            "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85",
                            "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89",
                            "\xE2\x80\x8A", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    if (text.find(blank) != text.npos) return true;
  }
  return false;
}

inline std::string wrong_in_request_id(std::string_view text) {
  if (!monitoring::is_request_id(text)) return "";
  if (text.empty() || text.size() > 64) return "an id of a length that is none";
  if (text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-") !=
      text.npos) {
    return "an id with another character";
  }
  return "";
}

/// The client is the peer, or stands in the header as it came.
inline std::string wrong_in_forwarded_for(std::string_view text) {
  using monitoring::detail::TrustedProxies;
  static const TrustedProxies nobody({});
  static const TrustedProxies some({"127.0.0.1", "10.0.0.0/8", "::1", "fc00::/7"});
  static const TrustedProxies everybody({"0.0.0.0/0", "::/0"});
  constexpr std::string_view peer = "127.0.0.1";
  if (nobody.client(peer, text) != peer) return "a header was believed that nobody vouches for";
  for (const TrustedProxies* proxies : {&some, &everybody}) {
    const std::string_view client = proxies->client(peer, text);
    if (client == peer) continue;
    if (client.data() < text.data() || client.data() + client.size() > text.data() + text.size()) {
      return "a client that is neither the peer nor in the header";
    }
    if (!monitoring::detail::parse_ip_address(client)) return "a client that is no address";
  }
  return "";
}

inline std::string wrong_in_log_line(std::string_view text) {
  using monitoring::detail::LogLine;
  constexpr std::size_t most = 256;
  LogLine field, message, json;
  field.put_field(text, most);
  message.put_message(text, most);
  json.put_json(text, most);
  for (const LogLine* line : {&field, &message, &json}) {
    if (!is_unforged(*line)) return "a line that could be two, or none: " + std::string(*line);
    if (std::string_view(*line).size() > 6 * most + 2) return "a line that is too long";
  }
  if (has_blank(field) || std::string_view(field).find_first_of("\"'`") != std::string_view::npos) {
    return "a field that could be two: " + std::string(field);
  }
  // A JSON string: no quote and no backslash but escaped ones.
  const std::string_view string = json;
  if (string.size() < 2 || string.front() != '"' || string.back() != '"') return "no JSON string";
  for (std::size_t i = 1; i + 1 < string.size(); ++i) {
    if (string[i] == '"') return "a JSON string that ends early: " + std::string(string);
    if (string[i] == '\\') {
      const char next = string[i + 1];
      if (next != '"' && next != '\\' && next != 'u') return "an escape that JSON does not have";
      if (i + 2 > string.size() - 1) return "an escape that takes the quote along";
      ++i;
    }
  }
  return "";
}

}  // namespace seadragon::tests
