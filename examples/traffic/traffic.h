/// Sends requests at the planned times, each on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "examples/traffic/options.h"
#include "examples/traffic/plan.h"
#include "examples/traffic/tally.h"

namespace traffic {

class Traffic {
 public:
  /// `tally` must outlive it.
  Traffic(const Options& options, Tally& tally);

  /// Sends until the duration is over or stop() is called, and returns when every request has
  /// ended. Those that do not end within the grace are interrupted.
  void run();

  /// From any thread.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<std::mutex>;

  void send_until_the_end(Lock& lock);
  void wait_for_the_rest(Lock& lock);
  void send(PlannedRequest request);
  void perform(std::list<Exchange>::iterator exchange);
  void report();

  const Options options_;
  Tally& tally_;
  Plan plan_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Exchange> outstanding_;
  std::uint64_t sent_ = 0;
  bool stopping_ = false;
  bool interrupted_ = false;
  Clock::time_point begin_;
};

}  // namespace traffic
