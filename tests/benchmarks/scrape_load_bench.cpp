// How long the slowest recordings take while another thread scrapes without pause.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include "tests/benchmarks/recording.h"
#include "tests/benchmarks/report.h"

namespace seadragon::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// One in 10,000 takes longer.
constexpr double share = 0.9999;

struct Effort {
  int rounds;
  std::size_t events;  ///< Of a round, each timed.
};

double slow_event(const Repeated& record, std::vector<float>& seconds) {
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const Clock::time_point begin = Clock::now();
    record(static_cast<unsigned>(i), 1);
    seconds[i] = std::chrono::duration<float>(Clock::now() - begin).count();
  }
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(seconds.size()));
  std::ranges::nth_element(seconds, seconds.begin() + rank);
  return static_cast<double>(seconds[static_cast<std::size_t>(rank)]);
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
  for (int round = 0; round < effort.rounds; ++round) {
    slow.reference.add(slow_event(record, seconds));
    const Scraper scraper(page);
    slow.ours.add(slow_event(record, seconds));
  }
  return slow;
}

void measure(Report& report) {
  const Row row{"recording_p9999_while_scraped", 0.5, "idle"};
  if (!report.wants(row.name)) return;
  report.begin(row.name);
  const Effort effort = report.once() ? Effort{1, 1'000} : Effort{15, 500'000};
  const Recording& made = recording();
  report.compared(row, time_slow_events(made.request_by_labels.ours, made.page.ours, effort));
  const Compared stock = time_slow_events(made.request_by_labels.reference, made.page.reference,
                                          {std::min(effort.rounds, 5), effort.events / 5});
  report.figure(row.name + " of prometheus-cpp, idle", stock.reference);
  report.figure(row.name + " of prometheus-cpp", stock.ours);
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
