/// A thread that does for coroutines of another what takes long.
#pragma once

#include <thread>
#include <utility>

#include "lib/src/endpoint_connection.h"
#include "lib/src/signals_blocked.h"

namespace seadragon::monitoring::detail {

class Worker {
 public:
  /// `home` runs the coroutines. The thread starts with the first work.
  explicit Worker(asio::io_context& home) : home_(home) {}

  /// Nobody may wait for work any more.
  ~Worker() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Does the work, one after the other. What it refers to is there until it is done: neither a
  /// deadline nor eviction ends the wait.
  template <typename Work>
  Task<void> run(Work work) {
    start();
    Timer done(home_, Clock::time_point::max());
    asio::post(io_, [&] {
      work();
      asio::post(home_, [&] { done.cancel(); });
    });
    Error cancelled;
    co_await done.async_wait(into(cancelled));
  }

 private:
  void start() {
    if (thread_.joinable()) return;
    const SignalsBlocked for_the_new_thread;
    thread_ = std::thread([this] { io_.run(); });
  }

  asio::io_context& home_;
  asio::io_context io_{1};
  asio::executor_work_guard<Executor> stays_{io_.get_executor()};
  std::thread thread_;
};

}  // namespace seadragon::monitoring::detail
