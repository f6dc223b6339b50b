/// Reads /proc/PID/status: the memory of one process.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Memory of a process that is in RAM, in bytes. A model that is mapped from its file counts as
/// file pages, which the kernel can drop at any time: it is no leak. Source: proc_pid_status(5).
struct ProcessMemory {
  std::uint64_t resident;  ///< VmRSS, the sum of the other three.
  std::uint64_t anonymous;
  std::uint64_t file;
  std::uint64_t shared;  ///< RssShmem.
};

/// nullopt when a line is missing or malformed: a kernel thread, a zombie, a kernel before 4.5.
std::optional<ProcessMemory> parse_pid_status(std::string_view text);

}  // namespace seadragon::exporter
