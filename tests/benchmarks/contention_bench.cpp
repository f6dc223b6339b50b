// Recording with two threads at the same time.
#include <atomic>
#include <cstdint>

#include "tests/benchmarks/overlapping.h"
#include "tests/benchmarks/recording.h"

namespace seadragon::bench {
namespace {

/// What no counter that threads share can be faster than, nor one that they do not share but that
/// takes a locked instruction.
void report_limits(Report& report, Turns turns) {
  if (!report.wants("limit")) return;
  report.begin("limits");
  struct alignas(128) Line {
    std::atomic<std::uint64_t> cell = 0;
  };
  static Line shared;
  static thread_local Line own;
  const Sides sides{repeated([](unsigned) { shared.cell.fetch_add(1, std::memory_order_relaxed); }),
                    repeated([](unsigned) { own.cell.fetch_add(1, std::memory_order_relaxed); })};
  if (const auto compared = time_overlapping(sides, turns)) {
    report.figure("limit: fetch_add, two threads on one word", compared->reference);
    report.figure("limit: fetch_add, two threads on a word each", compared->ours);
  } else {
    report.remark("limit: no clean slice");
  }
}

void measure(Report& report) {
  const Turns turns = report.once() ? Turns{1, 3} : Turns{9, 60};
  const Recording& made = recording();
  const Comparison comparisons[] = {
      {{"counter_2_threads", 20}, made.counter},
      {{"gauge_2_threads", 15}, made.gauge},
      {{"histogram_2_threads", 35}, made.histogram},
      {{"request_handles_2_threads_64_series", 8}, made.request_by_handles},
      {{"request_handles_2_threads_one_series", 25}, made.request_of_one_series},
      {{"request_labels_2_threads", 20}, made.request_by_labels},
  };
  report_overlapping(report, comparisons, turns);
  report_limits(report, turns);
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
