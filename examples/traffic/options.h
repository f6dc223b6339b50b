/// What the traffic generator is told on its command line.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "examples/traffic/plan.h"

namespace traffic {

struct Options {
  std::string target = "http://127.0.0.1:8080";
  double rate = 2;                 ///< Requests a second, on average.
  double duration_seconds = 0;     ///< 0: until it is stopped.
  std::size_t outstanding = 0;     ///< Generations are added to keep so many under way.
  double burst_every_seconds = 0;  ///< 0: no bursts.
  std::size_t burst_size = 100;
  std::chrono::seconds grace{30};        ///< For what is under way at the end.
  std::chrono::seconds report_every{0};  ///< Between lines on standard error; 0: none.
  std::string tally_file;                ///< Empty: standard output only.
  Plan::Options plan;
};

/// Exits the process for --help (0) and for what it does not understand (2). Throws
/// std::runtime_error when the keys cannot be read.
Options parse_options(int argc, const char* const* argv);

}  // namespace traffic
