/// One thread: both sides in random turns, by Google Benchmark.
#pragma once

#include <map>
#include <span>
#include <string>

#include "tests/benchmarks/repeated.h"
#include "tests/benchmarks/timings.h"

namespace seadragon::bench {

/// How long to measure each side of a row.
struct Effort {
  int repetitions;
  double seconds;  ///< Of each repetition; 0: one event.
};

/// Seconds of this thread's CPU time per event, by the row's name. CPU time does not see what else
/// runs on the machine, and what that does to caches hits both sides alike.
std::map<std::string, Compared> time_interleaved(std::span<const Comparison> comparisons,
                                                 Effort effort);

/// Measures the rows that the report wants and prints them.
void report_interleaved(Report& report, std::span<const Comparison> comparisons, Effort effort);

/// Seconds of CPU time per event of something that has no other side.
Timings time_alone(const Repeated& event, Effort effort);

}  // namespace seadragon::bench
