/// One place in the books of a queue, for one request under way.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "seadragon/monitoring/queue.h"

namespace seadragon::monitoring::detail {

class GenerationSeries;

/// Label `outcome` of seadragon_queue_finished_total; see Outcome for what each says.
enum class LedgerOutcome : std::uint8_t {
  completed,
  rejected_full,
  cancelled_queued,
  cancelled_running,
  timeout_queued,
  timeout_running,
  error,
  abandoned,
};
inline constexpr std::size_t ledger_outcomes = 8;

std::string_view outcome_name(LedgerOutcome outcome);

using LedgerClock = std::chrono::steady_clock;

/// What the holder of a slot knows of its request.
struct LedgerRequest {
  const GenerationSeries* generation = nullptr;
  Usage usage;
  LedgerClock::time_point arrived{};
  LedgerClock::time_point counted{};  ///< Until when its busy time has been counted.
  LedgerClock::time_point first_token{};
  LedgerClock::time_point last_token{};
  LedgerClock::duration busy{};     ///< Counted so far.
  LedgerClock::duration prefill{};  ///< The part of it before the prompt was read.
  std::uint64_t tokens = 0;
  std::uint64_t first_tokens = 0;  ///< Those that came first, together.
  int exceptions = 0;  ///< In flight when it was started: more of them later means unwinding.
  bool started = false;
  bool prefilled = false;
};

/// A ticket holds it alone, then another ticket does; what it counts is never taken back. So each
/// slot keeps the law received = finished + waiting + running by itself, and so does their sum, at
/// whatever moment they are read: no lock is needed to agree.
struct alignas(64) LedgerSlot {
  enum class State : std::uint32_t { free, waiting, running };

  std::atomic<std::uint64_t> sequence{0};  // odd while the other atomic members change
  std::atomic<State> state{State::free};
  std::atomic<LedgerClock::time_point> since{};    // when this state began; not for `free`
  std::atomic<LedgerClock::time_point> started{};  // when a request here was last started
  std::atomic<std::uint64_t> received{0};
  std::array<std::atomic<std::uint64_t>, ledger_outcomes> finished{};
  std::atomic<std::uint64_t> processed{0};  // of the finished ones, those that were started
  std::atomic<std::uint64_t> processed_nanoseconds{0};

  LedgerRequest request;  // the holder's

  std::uint32_t index = 0;                  // its place in the ledger
  std::atomic<std::uint32_t> next_free{0};  // index + 1, 0 ends the list

  bool is(State expected) const noexcept {
    return state.load(std::memory_order_relaxed) == expected;
  }
};

}  // namespace seadragon::monitoring::detail
