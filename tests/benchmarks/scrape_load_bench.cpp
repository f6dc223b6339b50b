// How long the slowest recordings take while another thread scrapes without pause.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include "tests/benchmarks/preemptions.h"
#include "tests/benchmarks/recording.h"
#include "tests/benchmarks/report.h"

namespace seadragon::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// One in 10,000 takes longer.
constexpr double share = 0.9999;

struct Effort {
  std::size_t rounds;  ///< Undisturbed ones; on a busy machine up to ten times as many are tried.
  std::size_t events;  ///< Of a round, each timed.
};

/// Adds what an event in 10,000 exceeds, unless the thread lost its processor meanwhile: a thousand
/// times the price of an event, and nothing that recording could do about it.
void add_slow_event(const Repeated& record, std::vector<float>& seconds, Timings& slow) {
  const long before = preemptions();
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const Clock::time_point begin = Clock::now();
    record(static_cast<unsigned>(i), 1);
    seconds[i] = std::chrono::duration<float>(Clock::now() - begin).count();
  }
  if (preemptions() != before) return;
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(seconds.size()));
  std::ranges::nth_element(seconds, seconds.begin() + static_cast<std::ptrdiff_t>(rank));
  slow.add(static_cast<double>(seconds[rank]));
}

/// Calls `page` until it is destroyed.
class Scraper {
 public:
  explicit Scraper(const Repeated& page)
      : thread_([this, &page] {
          while (!stopping_) {
            page(0, 1);
            ++pages_;
          }
        }) {
    while (pages_ == 0) std::this_thread::yield();
  }
  ~Scraper() { stopping_ = true; }
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

 private:
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> pages_ = 0;
  std::jthread thread_;
};

/// `reference` is without, `ours` with somebody who scrapes.
Compared time_slow_events(const Repeated& record, const Repeated& page, Effort effort) {
  std::vector<float> seconds(effort.events);
  Compared slow;
  for (std::size_t tried = 0; tried < 10 * effort.rounds; ++tried) {
    if (std::min(slow.reference.size(), slow.ours.size()) >= effort.rounds) break;
    add_slow_event(record, seconds, slow.reference);
    const Scraper scraper(page);
    add_slow_event(record, seconds, slow.ours);
  }
  return slow;
}

void measure(Report& report) {
  const Row row{"recording_p9999_while_scraped", 0.5, "idle"};
  if (!report.wants(row.name)) return;
  report.begin(row.name);
  const Effort effort = report.once() ? Effort{1, 1'000} : Effort{21, 200'000};
  const Recording& made = recording();
  const Compared ours = time_slow_events(made.request_by_labels.ours, made.page.ours, effort);
  if (ours.complete()) {
    report.compared(row, ours);
  } else {
    report.missed(row, "always disturbed");
  }
  const Effort less{std::min<std::size_t>(effort.rounds, 5), effort.events / 5};
  const Compared stock =
      time_slow_events(made.request_by_labels.reference, made.page.reference, less);
  if (!stock.complete()) return;
  report.figure(row.name + " of prometheus-cpp, idle", stock.reference);
  report.figure(row.name + " of prometheus-cpp", stock.ours);
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
