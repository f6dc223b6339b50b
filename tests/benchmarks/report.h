/// What a benchmark program is asked for, and how it answers.
#pragma once

#include <string>
#include <string_view>

#include "tests/benchmarks/timings.h"

namespace seadragon::bench {

/// A line of the target table: `target` is the least ratio, reference to ours, that will do. Below
/// 1, ours may cost more: twice as much at 0.5.
struct Row {
  std::string name;
  double target;
  std::string reference = "prometheus-cpp";
};

/// Prints results to standard output as they come, and what is being measured to standard error.
class Report {
 public:
  /// Arguments of the program: [--once] [FILTER].
  Report(int argc, char** argv);

  /// Everything is to be run once, to see that it runs. No ratio is printed then.
  bool once() const noexcept { return once_; }

  /// Whether the row's name contains the filter.
  bool wants(std::string_view name) const;

  void begin(std::string_view what) const;

  /// Both sides with their spread, then `ratio NAME VALUE TARGET ok|short`.
  void compared(const Row& row, const Compared& seconds) const;

  /// What ours adds to something, against the most that it may add; in seconds, both.
  void budgeted(const Row& row, double budget, const Timings& added) const;

  /// The same for what is counted in bytes and has no spread.
  void compared_bytes(const Row& row, double reference, double ours) const;

  /// A row that could not be measured never counts as reached.
  void missed(const Row& row, std::string_view why);

  /// Anything else worth knowing, a limit of the hardware say.
  void figure(std::string_view name, const Timings& seconds) const;
  void remark(std::string_view text) const;

  /// 0 if everything was measured, short or not.
  int exit_status() const noexcept { return missed_ ? 1 : 0; }

 private:
  void ratio(const Row& row, double value) const;

  std::string filter_;
  bool once_ = false;
  bool missed_ = false;
};

/// What main() returns. An exception, such as two pages that differ, fails the program.
int report_from_main(int argc, char** argv, void (*measure)(Report&));

}  // namespace seadragon::bench
