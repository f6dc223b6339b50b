#include "exporter/proc/pid_stat.h"

#include <array>

#include "exporter/proc/fields.h"

namespace seadragon::exporter {

std::optional<ProcessStat> parse_pid_stat(std::string_view text) {
  // Up to the last parenthesis: the command is all that can hold one.
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  ProcessStat stat{};
  stat.command = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(close + 1);
  rest = take_line(rest);
  const std::string_view state = take_field(rest);
  if (state.size() != 1) return std::nullopt;
  stat.state = state.front();

  // Numbered as in proc_pid_stat(5), where the state is field 3.
  struct Wanted {
    int field;
    std::uint64_t ProcessStat::*member;
  };
  constexpr std::array<Wanted, 6> wanted = {{{4, &ProcessStat::parent},
                                             {14, &ProcessStat::user_ticks},
                                             {15, &ProcessStat::system_ticks},
                                             {20, &ProcessStat::threads},
                                             {22, &ProcessStat::start_ticks},
                                             {23, &ProcessStat::virtual_bytes}}};
  int field = 3;
  for (const auto& [number, member] : wanted) {
    std::string_view text_of_field;
    for (; field < number; ++field) text_of_field = take_field(rest);
    const auto parsed = parse_unsigned(text_of_field);
    if (!parsed) return std::nullopt;
    stat.*member = *parsed;
  }
  return stat;
}

}  // namespace seadragon::exporter
