/// Finds the process of the LLM server, and keeps to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/proc/pid_stat.h"
#include "exporter/proc_files.h"

namespace seadragon::exporter {

/// How to find it. Neither: there is nothing to find.
struct ProcessMatch {
  std::string pid_file = {};  ///< Holds its PID.

  /// What it was started as: the last part of the path of its program, or of the script that an
  /// interpreter runs, `vllm` of `python3 /usr/bin/vllm serve`. Of several the oldest.
  std::string command = {};

  bool operator==(const ProcessMatch&) const = default;
};

/// PIDs are used again; with the time of its start it is one process.
struct ProcessIdentity {
  std::uint64_t pid;
  std::uint64_t start_ticks;

  bool operator==(const ProcessIdentity&) const = default;
};

/// One thread at a time.
class ServerProcess {
 public:
  ServerProcess(ProcFiles proc, ProcessMatch match);

  /// The process that was found before while it lives, or else looks for one. nullopt when there is
  /// none. Throws std::runtime_error when the PID file cannot be read or holds no PID.
  std::optional<ProcessIdentity> find();

  /// Whether `pid` is the process that find() found, or a child of it, or of that, and so on: an
  /// LLM server may leave each of its GPUs to a process of its own.
  bool owns(std::uint64_t pid) const;

 private:
  std::optional<ProcessIdentity> by_pid_file() const;
  std::optional<ProcessIdentity> by_command() const;
  std::optional<ProcessIdentity> identify(std::uint64_t pid) const;

  ProcFiles proc_;
  ProcessMatch match_;
  std::optional<ProcessIdentity> found_;
};

}  // namespace seadragon::exporter
