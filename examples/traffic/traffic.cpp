#include "examples/traffic/traffic.h"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

namespace traffic {
namespace {

using namespace std::chrono_literals;

/// Between requests that are added to keep enough of them under way, so that a server that answers
/// everything with an error is not flooded.
constexpr auto top_up_interval = 50ms;

template <class Seconds>
auto clock_time(Seconds seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(seconds);
}

}  // namespace

Traffic::Traffic(const Options& options, Tally& tally)
    : options_(options), tally_(tally), plan_(options.plan) {}

void Traffic::run() {
  Lock lock(mutex_);
  begin_ = Clock::now();
  send_until_the_end(lock);
  wait_for_the_rest(lock);
}

void Traffic::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void Traffic::send_until_the_end(Lock& lock) {
  constexpr auto never = Clock::time_point::max();
  const auto every = [&](double seconds) {
    return clock_time(std::chrono::duration<double>(seconds));
  };
  const auto end =
      options_.duration_seconds > 0 ? begin_ + every(options_.duration_seconds) : never;
  auto next_request = begin_ + clock_time(plan_.interval(options_.rate));
  auto next_burst =
      options_.burst_every_seconds > 0 ? begin_ + every(options_.burst_every_seconds) : never;
  auto next_top_up = options_.outstanding > 0 ? begin_ : never;
  auto next_report = options_.report_every > 0s ? begin_ + options_.report_every : never;

  while (!stopping_) {
    const auto now = Clock::now();
    if (now >= end) return;
    if (now >= next_request) {
      send(plan_.next());
      next_request += clock_time(plan_.interval(options_.rate));
    }
    if (now >= next_burst) {
      for (std::size_t i = 0; i < options_.burst_size; ++i) send(plan_.next_of_burst());
      next_burst += every(options_.burst_every_seconds);
    }
    if (now >= next_top_up) {
      if (outstanding_.size() < options_.outstanding) send(plan_.next_generation());
      next_top_up = now + top_up_interval;
    }
    if (now >= next_report) {
      report();
      next_report += options_.report_every;
    }
    changed_.wait_until(lock, std::min({end, next_request, next_burst, next_top_up, next_report}),
                        [&] { return stopping_; });
  }
}

void Traffic::wait_for_the_rest(Lock& lock) {
  const auto all_ended = [&] { return outstanding_.empty(); };
  if (changed_.wait_for(lock, options_.grace, all_ended)) return;
  interrupted_ = true;
  for (Exchange& exchange : outstanding_) exchange.interrupt();
  changed_.wait(lock, all_ended);
}

void Traffic::send(PlannedRequest request) {
  outstanding_.emplace_back(options_.target, std::move(request));
  ++sent_;
  std::thread([this, exchange = std::prev(outstanding_.end())] { perform(exchange); }).detach();
}

void Traffic::perform(std::list<Exchange>::iterator exchange) {
  const Seen seen = exchange->perform();
  Lock lock(mutex_);
  if (interrupted_ && !seen.complete && !seen.left) {
    tally_.count_unfinished();
  } else {
    tally_.count(exchange->request(), seen);
  }
  outstanding_.erase(exchange);
  // Under the lock: run() may return, and all this go away, as soon as it is released.
  changed_.notify_all();
}

void Traffic::report() {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin_);
  std::fprintf(stderr, "%5lld s  sent: %llu  under way: %zu  %s\n",
               static_cast<long long>(seconds.count()), static_cast<unsigned long long>(sent_),
               outstanding_.size(), tally_.line().c_str());
}

}  // namespace traffic
