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
/// The queue itself may be of any kind: a deque and workers, a priority queue, slots of a batch.
/// The law this keeps, at every scrape: received = finished (all outcomes) + length + active
/// requests. seadragon_queue_imbalance shows the difference. docs/queue.md tells what becomes of it
/// all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

  /// Models that its requests will name: their series exist from the start with 0, so that
  /// Prometheus sees the first tokens, and the first waste. Those of others begin with the first
  /// request, and what happens before the first scrape after that is in no `increase`.
  std::vector<std::string> models = {};
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
}  // namespace detail

/// One request's place in a queue. Move it into the job; one thread at a time may use it. So it is
/// the worker that finishes a request whose client left while it runs: tell the worker, not the
/// ticket. No event throws, or reads the clock more than once; none locks or allocates but for the
/// first of a thread.
///
/// A ticket destroyed while waiting counts as cancelled_queued, while its worker unwinds as error,
/// while running otherwise as abandoned. A ticket made by default, moved from or finished ignores
/// everything.
class Ticket {
 public:
  Ticket() noexcept = default;
  Ticket(Ticket&& other) noexcept
      : ledger_(other.ledger_), slot_(std::exchange(other.slot_, nullptr)) {}
  Ticket& operator=(Ticket&& other) noexcept {
    if (this == &other) return *this;
    if (slot_ != nullptr) drop();
    ledger_ = other.ledger_;
    slot_ = std::exchange(other.slot_, nullptr);
    return *this;
  }
  ~Ticket() {
    if (slot_ != nullptr) drop();
  }

  /// Processing begins: a worker, a slot, a place in the batch. Ignored while the request runs.
  void start() noexcept;

  /// Processing is broken off and the request waits again: it was deferred or preempted. Ignored
  /// while it waits. Each stay in the queue counts as a wait of its own; the time to first token
  /// and the time between tokens go on.
  void requeue() noexcept;

  /// Tokens of the prompt, when they are known.
  void prompt_tokens(std::uint64_t count) noexcept;

  /// The prompt has been read, what follows is decoding. A server that cannot tell leaves it out:
  /// then the first token says so. Ignored unless the request runs.
  void prefilled() noexcept;

  /// `count` tokens were produced together. The first call gives the time to first token, each
  /// further one `count` times between tokens, each of them an equal part of the time since the
  /// call before.
  void token(std::uint64_t count = 1) noexcept;

  /// The request leaves. The first call counts. A request that never started may complete too: a
  /// cache answered it, say.
  void finish(Outcome outcome) noexcept;

  /// start(), `work()`, finish(): completed, or error when `work` throws (the exception goes on). A
  /// request that `work` has sent back to wait (requeue) goes on waiting. `work` must not destroy
  /// the ticket; it may finish it.
  template <class Work>
  decltype(auto) run(Work&& work) {
    struct FinishAtExit {
      Ticket& ticket;
      int exceptions = std::uncaught_exceptions();
      ~FinishAtExit() { ticket.end_run(std::uncaught_exceptions() > exceptions); }
    };
    start();
    FinishAtExit finish_at_exit{*this};
    return std::forward<Work>(work)();
  }

  /// For a job that has to be copyable, as a std::function's callable has, and for one that cannot
  /// be moved out of its queue, as the top of a std::priority_queue: all copies share the ticket.
  /// The last one to go drops it. Allocates.
  std::shared_ptr<Ticket> share() && { return std::make_shared<Ticket>(std::move(*this)); }

  /// True while the request waits or runs.
  explicit operator bool() const noexcept { return slot_ != nullptr; }

 private:
  friend class Queue;
  Ticket(detail::Ledger& ledger, detail::LedgerSlot* slot) noexcept
      : ledger_(&ledger), slot_(slot) {}
  void end(detail::LedgerOutcome outcome) noexcept;
  void end_run(bool by_exception) noexcept;
  void drop() noexcept;

  detail::Ledger* ledger_ = nullptr;
  detail::LedgerSlot* slot_ = nullptr;
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

  /// What is exposed as capacity and slots from now on, where they change as the server runs: a
  /// batch that grows, a worker that went. The second one is also what the time to drain is
  /// estimated with.
  void set_capacity(std::size_t requests) noexcept;
  void set_slots(std::size_t slots) noexcept;

 private:
  friend class Monitor;
  Queue(detail::Ledger& ledger) noexcept : ledger_(&ledger) {}

  detail::Ledger* ledger_;
};

}  // namespace seadragon::monitoring
