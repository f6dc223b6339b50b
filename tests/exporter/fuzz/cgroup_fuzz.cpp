#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporter/proc/cgroup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  seadragon::exporter::parse_cgroup(text);
  for (const auto& mount : seadragon::exporter::parse_cgroup_mounts(text)) {
    seadragon::exporter::cgroup_directory(mount, text);
  }
  seadragon::exporter::parse_cgroup_limit(text);
  seadragon::exporter::parse_cpu_max(text);
  seadragon::exporter::find_cgroup_number(text, "oom_kill");
  return 0;
}
