#include "tests/benchmarks/interleaved.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace seadragon::bench {
namespace {

using Timed = std::map<std::string, Timings>;

constexpr std::string_view ours_suffix = "/ours";

/// Keeps the seconds per event of every repetition.
class Keep final : public benchmark::BenchmarkReporter {
 public:
  explicit Keep(Timed& timed) : timed_(timed) {}

  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      timed_[run.run_name.function_name].add(run.cpu_accumulated_time /
                                             static_cast<double>(run.iterations));
    }
  }

 private:
  Timed& timed_;
};

/// The turns are random only by Google Benchmark's own command line.
void initialize() {
  static const bool done = [] {
    std::string program = "benchmarks";
    std::string random_turns = "--benchmark_enable_random_interleaving=true";
    char* arguments[] = {program.data(), random_turns.data(), nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments);
    return true;
  }();
  static_cast<void>(done);
}

/// The most events between two looks at the clock: enough that the look does not count.
constexpr std::size_t most_events_at_once = 1000;

void add(const std::string& name, const Repeated& event, Effort effort) {
  const auto run = [event](benchmark::State& state) {
    const auto at_once =
        std::min<benchmark::IterationCount>(state.max_iterations, most_events_at_once);
    unsigned first = 0;
    while (state.KeepRunningBatch(at_once)) {
      event(first, static_cast<std::size_t>(at_once));
      first += static_cast<unsigned>(at_once);
    }
  };
  auto* const added = benchmark::RegisterBenchmark(name.c_str(), run);
  added->Repetitions(effort.repetitions);
  if (effort.seconds > 0) {
    added->MinTime(effort.seconds);
  } else {
    added->Iterations(1);
  }
}

Timed run_all() {
  Timed timed;
  Keep keep(timed);
  benchmark::RunSpecifiedBenchmarks(&keep, ".");
  benchmark::ClearRegisteredBenchmarks();
  return timed;
}

}  // namespace

std::map<std::string, Compared> time_interleaved(std::span<const Comparison> comparisons,
                                                 Effort effort) {
  initialize();
  for (const Comparison& comparison : comparisons) {
    add(comparison.row.name, comparison.sides.reference, effort);
    add(comparison.row.name + std::string(ours_suffix), comparison.sides.ours, effort);
  }
  Timed timed = run_all();
  std::map<std::string, Compared> compared;
  for (const Comparison& comparison : comparisons) {
    const std::string& name = comparison.row.name;
    compared[name] = {timed[name], timed[name + std::string(ours_suffix)]};
  }
  return compared;
}

void report_interleaved(Report& report, std::span<const Comparison> comparisons, Effort effort) {
  std::vector<Comparison> wanted;
  std::ranges::copy_if(comparisons, std::back_inserter(wanted), [&](const Comparison& comparison) {
    return report.wants(comparison.row.name);
  });
  if (wanted.empty()) return;
  if (report.once()) effort = {1, 0};
  report.begin(wanted.front().row.name +
               (wanted.size() > 1 ? " to " + wanted.back().row.name : std::string()));
  const auto compared = time_interleaved(wanted, effort);
  for (const Comparison& comparison : wanted) {
    report.compared(comparison.row, compared.at(comparison.row.name));
  }
}

Timings time_alone(const Repeated& event, Effort effort) {
  initialize();
  add("alone", event, effort);
  return run_all()["alone"];
}

}  // namespace seadragon::bench
