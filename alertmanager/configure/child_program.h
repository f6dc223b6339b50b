/// Runs the programs that check configurations.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace seadragon::alerts {

struct ProgramEnd {
  int status = 0;      ///< Of exit(); 128 and the signal that ended it otherwise, as in sh(1).
  std::string output;  ///< Of both streams, at most 1 MiB of it.
};

/// Where a program is: PATH, then /usr/sbin and /sbin, which are not everybody's. Empty: nowhere.
std::string find_program(const std::string& name);

/// `command` begins with a path. Waits until it ends and everything that holds its output has
/// closed it; what takes longer than `limit` is killed. Throws std::runtime_error when it cannot be
/// started or had to be killed.
ProgramEnd run_program(const std::vector<std::string>& command,
                       std::chrono::milliseconds limit = std::chrono::minutes(1));

}  // namespace seadragon::alerts
