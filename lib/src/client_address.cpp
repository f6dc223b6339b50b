#include "lib/src/client_address.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace seadragon::monitoring::detail {
namespace {

constexpr unsigned address_bits = 128;
constexpr unsigned bits_before_ipv4 = 96;

std::string_view without_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Without brackets and port.
std::string_view host_of(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    const bool whole = end != text.npos && (end + 1 == text.size() || text[end + 1] == ':');
    return whole ? text.substr(1, end - 1) : std::string_view();
  }
  const std::size_t colon = text.find(':');
  const bool only_one = colon != text.npos && text.find(':', colon + 1) == text.npos;
  return only_one ? text.substr(0, colon) : text;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  const std::string_view host = host_of(text);
  std::array<char, INET6_ADDRSTRLEN> ended{};  // inet_pton(3) wants a zero at the end
  if (host.size() >= ended.size() || host.find('\0') != host.npos) return std::nullopt;
  std::ranges::copy(host, ended.begin());

  IpAddress address{};
  if (inet_pton(AF_INET6, ended.data(), address.data()) == 1) return address;
  constexpr std::size_t ipv4_at = bits_before_ipv4 / 8;
  if (inet_pton(AF_INET, ended.data(), address.data() + ipv4_at) != 1) return std::nullopt;
  address[ipv4_at - 2] = address[ipv4_at - 1] = 0xFF;
  return address;
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const std::string& text : networks) {
    const std::size_t slash = text.find('/');
    const std::string_view host = std::string_view(text).substr(0, slash);
    const auto address = host_of(host) == host ? parse_ip_address(host) : std::nullopt;
    const bool is_ipv4 = host.find(':') == host.npos;
    const unsigned longest = is_ipv4 ? address_bits - bits_before_ipv4 : address_bits;
    unsigned bits = longest;
    bool valid = address.has_value();
    if (slash != text.npos) {
      const char* const end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data() + slash + 1, end, bits);
      valid = valid && parsed.ec == std::errc() && parsed.ptr == end && bits <= longest;
    }
    if (!valid) {
      throw std::invalid_argument("trusted proxy \"" + text +
                                  "\": neither an address nor a network such as 10.0.0.0/8");
    }
    networks_.push_back({*address, is_ipv4 ? bits_before_ipv4 + bits : bits});
  }
}

bool TrustedProxies::contain(const IpAddress& address) const noexcept {
  return std::ranges::any_of(networks_, [&](const Network& network) {
    const std::size_t bytes = network.bits / 8;
    if (std::memcmp(address.data(), network.address.data(), bytes) != 0) return false;
    const unsigned rest = network.bits % 8;
    return rest == 0 || (address[bytes] ^ network.address[bytes]) >> (8 - rest) == 0;
  });
}

std::string_view TrustedProxies::client(std::string_view peer,
                                        std::string_view forwarded_for) const noexcept {
  if (networks_.empty()) return peer;
  std::string_view client = peer;
  std::optional<IpAddress> address = parse_ip_address(peer);
  while (address && contain(*address) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::string_view before = without_spaces(
        comma == forwarded_for.npos ? forwarded_for : forwarded_for.substr(comma + 1));
    forwarded_for = comma == forwarded_for.npos ? "" : forwarded_for.substr(0, comma);
    address = parse_ip_address(before);
    if (address) client = host_of(before);
  }
  return client;
}

}  // namespace seadragon::monitoring::detail
