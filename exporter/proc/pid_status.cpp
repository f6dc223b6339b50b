#include "exporter/proc/pid_status.h"

#include "exporter/proc/fields.h"

namespace seadragon::exporter {

std::optional<ProcessMemory> parse_pid_status(std::string_view text) {
  const auto resident = find_kb(text, "VmRSS");
  const auto anonymous = find_kb(text, "RssAnon");
  const auto file = find_kb(text, "RssFile");
  const auto shared = find_kb(text, "RssShmem");
  if (!resident || !anonymous || !file || !shared) return std::nullopt;
  return ProcessMemory{.resident = *resident * bytes_per_kb,
                       .anonymous = *anonymous * bytes_per_kb,
                       .file = *file * bytes_per_kb,
                       .shared = *shared * bytes_per_kb};
}

}  // namespace seadragon::exporter
