/// Whose address a request came from, behind proxies too.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::monitoring::detail {

/// An IP address; IPv4 in its form within IPv6, ::ffff:0:0/96 (RFC 4291, section 2.5.5.2), so that
/// both spellings of one are equal.
using IpAddress = std::array<std::uint8_t, 16>;

/// `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`, as
/// servers and proxies write addresses.
std::optional<IpAddress> parse_ip_address(std::string_view text);

/// The proxies whose word is taken for where a request came from.
class TrustedProxies {
 public:
  /// Addresses and networks: `10.0.0.0/8`, `::1`. Throws std::invalid_argument that names what is
  /// neither.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  /// The client of a connection from `peer` with this header X-Forwarded-For: from the right, the
  /// first address that is no trusted proxy, since everything left of it may be made up. An entry
  /// that is no address ends the search. `peer` where the header is not to be trusted.
  std::string_view client(std::string_view peer, std::string_view forwarded_for) const noexcept;

 private:
  struct Network {
    IpAddress address;
    unsigned bits;  // of the address that count
  };

  bool contain(const IpAddress& address) const noexcept;

  std::vector<Network> networks_;
};

}  // namespace seadragon::monitoring::detail
