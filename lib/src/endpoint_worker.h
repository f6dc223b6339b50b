/// A thread that does for coroutines of another what takes long, one after the other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "lib/src/endpoint_connection.h"
#include "lib/src/signals_blocked.h"

namespace seadragon::monitoring::detail {

/// All functions are for the thread of the coroutines.
class Worker {
 public:
  /// `home` runs the coroutines.
  explicit Worker(asio::io_context& home) : home_(home) {
    const SignalsBlocked for_the_new_thread;
    thread_ = std::thread([this] { io_.run(); });
  }

  /// Nobody may wait for work any more.
  ~Worker() {
    io_.stop();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Waits for the connection's turn, has the work done, and waits for that: neither a deadline nor
  /// eviction ends this wait, so what the work refers to is there until it is done. False, without
  /// any work, when the client has gone or the connection is closed before its turn. Throws what
  /// the work throws.
  ///
  /// Turns go to whom had the last the longest ago, `whose` says who that is, so that nobody waits
  /// for the many of another; those who may have left come last.
  template <typename Work>
  Task<bool> run(Connection& connection, std::string whose, Work work) {
    const bool has_turn = co_await take_turn(connection, std::move(whose));
    if (!has_turn) co_return false;
    const Turn turn(*this);
    if (!is_wanted(connection)) co_return false;
    connection.deadline = Clock::time_point::max();  // the work has an end of its own
    co_await do_on_thread(std::move(work));
    co_return true;
  }

 private:
  struct Waiting {
    Connection& connection;
    std::string whose;
    Timer timer;  // until it is cancelled
    bool has_turn = false;
  };

  /// Passes the turn on when it goes.
  class Turn {
   public:
    explicit Turn(Worker& worker) : worker_(worker) {}
    ~Turn() { worker_.pass_turn_on(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Worker& worker_;
  };

  Task<bool> take_turn(Connection& connection, std::string whose) {
    // Closed when its request had just been read: nothing would end its wait any more.
    if (connection.dead) co_return false;
    if (!busy_) {
      busy_ = true;
      note_turn_of(whose);
      co_return true;
    }
    Waiting me{connection, std::move(whose), Timer(home_, Clock::time_point::max())};
    waiting_.push_back(&me);
    connection.waits_for = &me.timer;
    Error cancelled;
    co_await me.timer.async_wait(into(cancelled));
    connection.waits_for = nullptr;
    if (!me.has_turn) waiting_.remove(&me);
    co_return me.has_turn;
  }

  /// Whether there is still somebody to work for; closes the connection of who has gone.
  static bool is_wanted(Connection& connection) {
    if (!connection.dead && presence_of(connection.socket) == Presence::gone) connection.close();
    return !connection.dead;
  }

  template <typename Work>
  Task<void> do_on_thread(Work work) {
    Timer done(home_, Clock::time_point::max());
    std::exception_ptr thrown;
    asio::post(io_, [&] {
      try {
        work();
      } catch (...) {
        thrown = std::current_exception();
      }
      asio::post(home_, [&] { done.cancel(); });
    });
    Error cancelled;
    co_await done.async_wait(into(cancelled));
    if (thrown) std::rethrow_exception(thrown);
  }

  void note_turn_of(const std::string& whose) {
    constexpr std::size_t most_remembered = 1000;
    if (last_turns_.size() >= most_remembered) last_turns_.clear();
    last_turns_[whose] = ++turns_;
  }

  void pass_turn_on() {
    busy_ = !waiting_.empty();
    if (!busy_) return;
    const auto rank = [this](const Waiting* one) {
      const auto last = last_turns_.find(one->whose);
      return std::tuple(presence_of(one->connection.socket),
                        last == last_turns_.end() ? 0 : last->second);
    };
    const auto next = std::ranges::min_element(waiting_, {}, rank);
    Waiting& chosen = **next;
    waiting_.erase(next);
    chosen.has_turn = true;
    note_turn_of(chosen.whose);
    chosen.timer.cancel();
  }

  asio::io_context& home_;
  asio::io_context io_{1};
  asio::executor_work_guard<Executor> stays_{io_.get_executor()};
  bool busy_ = false;
  std::list<Waiting*> waiting_;
  std::map<std::string, std::uint64_t> last_turns_;
  std::uint64_t turns_ = 0;
  std::thread thread_;
};

}  // namespace seadragon::monitoring::detail
