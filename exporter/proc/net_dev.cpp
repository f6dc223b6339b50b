#include "exporter/proc/net_dev.h"

#include <array>
#include <cstddef>

#include "exporter/proc/fields.h"

namespace seadragon::exporter {
namespace {

// Eight columns of what was received, eight of what was sent, in this order.
constexpr std::size_t columns = 16;
enum Column : std::size_t { bytes = 0, errors = 2, dropped = 3, sent = 8 };

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

}  // namespace

std::optional<std::vector<NetworkInterface>> parse_net_dev(std::string_view text) {
  std::vector<NetworkInterface> interfaces;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    // Of the two lines of the heading none has a colon. A name may hold one, numbers do not.
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) continue;
    std::string_view name_field = line.substr(0, colon);
    line.remove_prefix(colon + 1);
    std::array<std::uint64_t, columns> numbers{};
    for (std::uint64_t& number : numbers) {
      const auto parsed = parse_unsigned(take_field(line));
      if (!parsed) return std::nullopt;
      number = *parsed;
    }
    const std::string_view name = take_field(name_field);
    if (name.empty()) return std::nullopt;
    interfaces.push_back({.name = name,
                          .received_bytes = numbers[bytes],
                          .receive_errors = sum(numbers[errors], numbers[dropped]),
                          .sent_bytes = numbers[sent + bytes],
                          .send_errors = sum(numbers[sent + errors], numbers[sent + dropped])});
  }
  return interfaces;
}

}  // namespace seadragon::exporter
