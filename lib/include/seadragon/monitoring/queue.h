/// Follows requests through a queue and a model, so that every one of them is accounted for.
///
///   Queue chat = monitor.queue({"chat", /*capacity=*/64, /*slots=*/2});
///   if (waiting.size() >= 64) { chat.reject(); return busy(); }
///   waiting.push_back({request, chat.enqueue({"llama-3-8b"})});   // the ticket rides in the job
///   ...
///   job.ticket.start();                   // a worker took it
///   job.ticket.prompt_tokens(812);
///   job.ticket.token();                   // once per token
///   job.ticket.finish(Outcome::completed);
///
/// The law this keeps, at every scrape: received = finished (all outcomes) + length + active
/// requests. seadragon_queue_imbalance shows the difference.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring {

/// How a request ended, as its worker sees it. Whether it was waiting or running is known to the
/// ticket: the label `outcome` reads completed, cancelled_queued, cancelled_running,
/// timeout_queued, timeout_running or error; beside them stand rejected_full (Queue::reject) and
/// abandoned (a running ticket destroyed without finish()).
enum class Outcome { completed, cancelled, timeout, error };

struct QueueOptions {
  std::string name;          ///< Label `queue`.
  std::size_t capacity = 0;  ///< Requests that may wait.
  std::size_t slots = 1;     ///< Requests that can be processed at once.
};

/// What is known of a request when it enters a queue.
struct QueuedRequest {
  /// Label `model`. Beyond the monitor's cap, or longer than 128 bytes, it counts as `other`; so it
  /// may come from a client. Empty reads `unknown`.
  std::string_view model = {};

  /// Whose tokens they are (usage.h).
  Usage usage = {};
};

namespace detail {
class Ledger;
struct LedgerSlot;
enum class LedgerOutcome : std::uint8_t;
class GenerationSeries;
}  // namespace detail

/// One request's place in a queue. Move it into the job; one thread at a time may use it.
/// Nothing here throws, locks or allocates, and no event reads the clock more than once.
///
/// A ticket destroyed while waiting counts as cancelled_queued, while its worker unwinds as error,
/// while running otherwise as abandoned. A ticket made by default, moved from or finished ignores
/// everything.
class Ticket {
 public:
  Ticket() noexcept = default;
  Ticket(Ticket&& other) noexcept;
  Ticket& operator=(Ticket&& other) noexcept;
  ~Ticket();

  /// Processing begins. The second call is ignored.
  void start() noexcept;

  /// Tokens of the prompt, when they are known.
  void prompt_tokens(std::uint64_t count) noexcept;

  /// `count` tokens were produced together. The first call gives the time to first token.
  void token(std::uint64_t count = 1) noexcept;

  /// The request leaves. The first call counts. A request that never started may complete too: a
  /// cache answered it, say.
  void finish(Outcome outcome) noexcept;

  /// start(), `work()`, finish(): completed, or error when `work` throws (the exception goes on).
  template <class Work>
  decltype(auto) run(Work&& work) {
    struct FinishAtExit {
      Ticket& ticket;
      int exceptions = std::uncaught_exceptions();
      ~FinishAtExit() {
        ticket.finish(std::uncaught_exceptions() > exceptions ? Outcome::error
                                                              : Outcome::completed);
      }
    };
    start();
    FinishAtExit finish_at_exit{*this};
    return std::forward<Work>(work)();
  }

  /// True while the request waits or runs.
  explicit operator bool() const noexcept { return slot_ != nullptr; }

 private:
  friend class Queue;
  Ticket(detail::Ledger& ledger, const detail::GenerationSeries& generation, Usage usage) noexcept;
  void end(detail::LedgerOutcome outcome) noexcept;
  void drop() noexcept;

  using Clock = std::chrono::steady_clock;

  detail::Ledger* ledger_ = nullptr;
  detail::LedgerSlot* slot_ = nullptr;
  const detail::GenerationSeries* generation_ = nullptr;
  Usage usage_;
  Clock::time_point enqueued_{}, started_{}, last_token_{};
  std::uint64_t tokens_ = 0;
  int exceptions_ = 0;  // in flight when the work began: more of them later means unwinding
  bool running_ = false;
};

/// A handle to one queue's ledger; copy it freely, use it from any thread. The Monitor that made it
/// must outlive it and its tickets.
class Queue {
 public:
  /// A request entered. Locks and allocates only when more requests are under way than ever before,
  /// or for the first request of a model.
  [[nodiscard]] Ticket enqueue(const QueuedRequest& request = {}) noexcept;

  /// A request came that found no place.
  void reject() noexcept;

 private:
  friend class Monitor;
  Queue(detail::Ledger& ledger) noexcept : ledger_(&ledger) {}

  detail::Ledger* ledger_;
};

}  // namespace seadragon::monitoring
