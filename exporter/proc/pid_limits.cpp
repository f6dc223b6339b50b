#include "exporter/proc/pid_limits.h"

#include "exporter/proc/fields.h"

namespace seadragon::exporter {

std::optional<std::uint64_t> parse_open_files_limit(std::string_view text) {
  constexpr std::string_view name = "Max open files ";
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    return parse_unsigned(take_field(line));
  }
  return std::nullopt;
}

}  // namespace seadragon::exporter
