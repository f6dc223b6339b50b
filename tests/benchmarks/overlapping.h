/// Two threads that record the same at the same time.
#pragma once

#include <optional>
#include <span>

#include "tests/benchmarks/repeated.h"

namespace seadragon::bench {

/// How often to measure.
struct Turns {
  int rounds;  ///< With clean slices of both sides; on a busy machine up to ten times as many.
  int in_a_round;
};

/// Seconds per event and thread; nothing where no slice was clean.
///
/// Both threads run short slices of the two sides in turns. A slice counts only if the threads
/// overlapped for most of it and neither lost its processor, so that the figures hold on a machine
/// with other load. How far apart the two processors are changes with what the system or a
/// hypervisor does; so the slices are divided into rounds and the figures are those of the round
/// with the highest ratio.
std::optional<Compared> time_overlapping(const Sides& sides, Turns turns);

/// Measures the rows that the report wants and prints them.
void report_overlapping(Report& report, std::span<const Comparison> comparisons, Turns turns);

}  // namespace seadragon::bench
