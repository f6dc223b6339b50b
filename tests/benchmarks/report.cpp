#include "tests/benchmarks/report.h"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace seadragon::bench {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", value < 10 ? 2 : value < 1000 ? 1 : 0, value);
  return text;
}

/// Median and quartiles, in the unit that suits the median.
std::string with_spread(const Timings& seconds) {
  struct Unit {
    const char* name;
    double seconds;
  };
  const Unit unit = seconds.median() < 10e-6   ? Unit{"ns", 1e-9}
                    : seconds.median() < 10e-3 ? Unit{"us", 1e-6}
                                               : Unit{"ms", 1e-3};
  return number(seconds.median() / unit.seconds) + ' ' + unit.name + " [" +
         number(seconds.lower_quartile() / unit.seconds) + ".." +
         number(seconds.upper_quartile() / unit.seconds) + ']';
}

void print(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);  // a line tells that something is done
}

void print_sides(const Row& row, const std::string& reference, const std::string& ours) {
  print("  " + row.name + ": " + row.reference + ' ' + reference + ", ours " + ours);
}

}  // namespace

Report::Report(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--once") {
      once_ = true;
    } else {
      filter_ = argument;
    }
  }
}

bool Report::wants(std::string_view name) const {
  return name.find(filter_) != std::string_view::npos;
}

void Report::begin(std::string_view what) const {
  std::fprintf(stderr, "measuring %.*s\n", static_cast<int>(what.size()), what.data());
}

void Report::compared(const Row& row, const Compared& seconds) const {
  if (!once_) print_sides(row, with_spread(seconds.reference), with_spread(seconds.ours));
  ratio(row, seconds.ratio());
}

void Report::budgeted(const Row& row, double budget, const Timings& added) const {
  if (!once_) print_sides(row, number(budget * 1e9) + " ns", with_spread(added));
  // What is lost in the noise may read 0 or less.
  ratio(row, budget / std::max(added.median(), budget / 100));
}

void Report::compared_bytes(const Row& row, double reference, double ours) const {
  if (!once_) print_sides(row, number(reference) + " B", number(ours) + " B");
  ratio(row, reference / ours);
}

void Report::ratio(const Row& row, double value) const {
  if (once_) {
    print("ran " + row.name);
    return;
  }
  print("ratio " + row.name + ' ' + number(value) + ' ' + number(row.target) +
        (value >= row.target ? " ok" : " short"));
}

void Report::missed(const Row& row, std::string_view why) {
  if (once_) {
    print("ran " + row.name + " (" + std::string(why) + ')');
    return;
  }
  missed_ = true;
  print("ratio " + row.name + " 0 " + number(row.target) + " short (" + std::string(why) + ')');
}

void Report::figure(std::string_view name, const Timings& seconds) const {
  if (!once_) print("  " + std::string(name) + ": " + with_spread(seconds));
}

void Report::remark(std::string_view text) const { print("  " + std::string(text)); }

int report_from_main(int argc, char** argv, void (*measure)(Report&)) {
  Report report(argc, argv);
  try {
    measure(report);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
  return report.exit_status();
}

}  // namespace seadragon::bench
