/// Reads /proc/net/dev: what went through the network interfaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace seadragon::exporter {

/// Since the interface came up. Source: proc_pid_net(5).
struct NetworkInterface {
  std::string_view name;  ///< Points into the text.
  std::uint64_t received_bytes;
  std::uint64_t receive_errors;  ///< Errors and packets dropped.
  std::uint64_t sent_bytes;
  std::uint64_t send_errors;
};

/// In the order of the file. nullopt when a line is malformed.
std::optional<std::vector<NetworkInterface>> parse_net_dev(std::string_view text);

}  // namespace seadragon::exporter
