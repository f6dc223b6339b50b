#include "tests/benchmarks/overlapping.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>
#include <utility>

#include "tests/benchmarks/preemptions.h"

namespace seadragon::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t threads = 2;
constexpr double least_overlap = 0.7;  // of a slice
constexpr double slice_seconds = 30e-6;

/// What one thread knows of a slice.
struct alignas(128) Slice {
  Clock::time_point begin, end;
  long preemptions = 0;
};

/// Lets both threads go on within nanoseconds of each other.
class Meeting {
 public:
  void wait() noexcept {
    const std::size_t needed = (arrived_.fetch_add(1) / threads + 1) * threads;
    for (std::size_t spins = 1; arrived_.load() < needed; ++spins) {
      if (spins % patience == 0) std::this_thread::yield();  // where there is one processor only
    }
  }

 private:
  static constexpr std::size_t patience = 20'000;
  std::atomic<std::size_t> arrived_ = 0;
};

/// How many events make a slice, by the time that one thread alone takes.
std::size_t events_of_a_slice(const Repeated& event) {
  constexpr std::size_t first_try = 64;
  event(0, first_try);  // allocates and warms up
  const Clock::time_point begin = Clock::now();
  event(0, first_try);
  const double each = Seconds(Clock::now() - begin).count() / first_try;
  return std::clamp<std::size_t>(static_cast<std::size_t>(slice_seconds / each), 16, 20'000);
}

/// Seconds per event and thread, if the slice was clean.
std::optional<double> seconds_per_event(const std::array<Slice, threads>& slices,
                                        std::size_t events) {
  const auto& [a, b] = slices;
  if (a.preemptions + b.preemptions > 0) return std::nullopt;
  const Seconds overlap = std::min(a.end, b.end) - std::max(a.begin, b.begin);
  const Seconds span = std::max(a.end, b.end) - std::min(a.begin, b.begin);
  if (overlap < least_overlap * span) return std::nullopt;
  const Seconds sum = (a.end - a.begin) + (b.end - b.begin);
  return sum.count() / static_cast<double>(threads * events);
}

Compared run_round(const Sides& sides, int turns) {
  const std::array events{events_of_a_slice(sides.reference), events_of_a_slice(sides.ours)};
  const std::array side{&sides.reference, &sides.ours};
  Compared clean;
  const std::array timings{&clean.reference, &clean.ours};
  std::array<Slice, threads> slices;
  Meeting meeting;

  const auto record = [&](std::size_t thread) {
    constexpr unsigned stride = 77;  // apart among label sets and values
    for (int turn = 0; turn < turns; ++turn) {
      for (std::size_t i = 0; i < side.size(); ++i) {
        Slice& slice = slices[thread];
        const long before = preemptions();
        meeting.wait();
        slice.begin = Clock::now();
        (*side[i])(static_cast<unsigned>(thread) * stride, events[i]);
        slice.end = Clock::now();
        slice.preemptions = preemptions() - before;
        meeting.wait();
        if (thread != 0) continue;
        if (const auto seconds = seconds_per_event(slices, events[i])) timings[i]->add(*seconds);
      }
    }
  };
  std::thread other(record, 1);
  record(0);
  other.join();
  return clean;
}

}  // namespace

std::optional<Compared> time_overlapping(const Sides& sides, Turns turns) {
  std::optional<Compared> best;
  int complete = 0;
  for (int round = 0; complete < turns.rounds && round < 10 * turns.rounds; ++round) {
    Compared compared = run_round(sides, turns.in_a_round);
    if (!compared.complete()) continue;
    ++complete;
    if (!best || compared.ratio() > best->ratio()) best = std::move(compared);
  }
  return best;
}

void report_overlapping(Report& report, std::span<const Comparison> comparisons, Turns turns) {
  for (const Comparison& comparison : comparisons) {
    if (!report.wants(comparison.row.name)) continue;
    report.begin(comparison.row.name);
    if (const auto compared = time_overlapping(comparison.sides, turns)) {
      report.compared(comparison.row, *compared);
    } else {
      report.missed(comparison.row, "no clean slice");
    }
  }
}

}  // namespace seadragon::bench
