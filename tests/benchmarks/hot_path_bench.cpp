// Recording with one thread.
#include <atomic>
#include <chrono>
#include <cstdint>

#include "tests/benchmarks/interleaved.h"
#include "tests/benchmarks/recording.h"

namespace seadragon::bench {
namespace {

/// What no counter can be faster than.
void report_limits(Report& report) {
  if (!report.wants("limit")) return;
  report.begin("limits");
  const Effort effort = report.once() ? Effort{1, 0} : Effort{7, 0.02};
  alignas(64) static std::atomic<std::uint64_t> cell = 0;
  report.figure("limit: load, add and store of one word",
                time_alone(repeated([](unsigned) {
                             cell.store(cell.load(std::memory_order_relaxed) + 1,
                                        std::memory_order_relaxed);
                           }),
                           effort));
  report.figure(
      "limit: fetch_add, one thread",
      time_alone(repeated([](unsigned) { cell.fetch_add(1, std::memory_order_relaxed); }), effort));
  report.figure("limit: reading the clock",
                time_alone(repeated([](unsigned) {
                             benchmark::DoNotOptimize(std::chrono::steady_clock::now());
                           }),
                           effort));
}

void measure(Report& report) {
  const Recording& made = recording();
  const Comparison comparisons[] = {
      {{"counter_1_thread", 6}, made.counter},
      {{"gauge_1_thread", 3.5}, made.gauge},
      {{"histogram_1_thread", 3.5}, made.histogram},
      {{"request_handles_1_thread", 4}, made.request_by_handles},
      {{"request_labels_1_thread", 14}, made.request_by_labels},
      {{"request_documented", 80}, made.request_as_documented},
      {{"native_histogram", 0.5, "classic"}, made.native_histogram},
  };
  report_interleaved(report, comparisons, {41, 0.01});
  report_limits(report);
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
