#include "seadragon/monitoring/queue.h"

#include <ratio>
#include <type_traits>

#include "lib/src/generation_series.h"
#include "lib/src/ledger.h"
#include "lib/src/usage_series.h"

namespace seadragon::monitoring {
namespace {

using detail::GenerationSeries;
using detail::LedgerOutcome;
using detail::LedgerRequest;
using detail::LedgerSlot;
using Clock = detail::LedgerClock;

static_assert(std::is_same_v<Clock::period, std::nano>);

std::uint64_t nanoseconds(Clock::duration duration) {
  return static_cast<std::uint64_t>(duration.count());
}

/// A multiplication; duration<double> would divide, five nanoseconds in each event.
double seconds(Clock::duration duration) { return static_cast<double>(duration.count()) * 1e-9; }

bool is_running(const LedgerSlot& slot) { return slot.is(LedgerSlot::State::running); }

LedgerOutcome ledger_outcome(Outcome outcome, bool running) {
  switch (outcome) {
    case Outcome::completed:
      return LedgerOutcome::completed;
    case Outcome::cancelled:
      return running ? LedgerOutcome::cancelled_running : LedgerOutcome::cancelled_queued;
    case Outcome::timeout:
      return running ? LedgerOutcome::timeout_running : LedgerOutcome::timeout_queued;
    case Outcome::error:
      return LedgerOutcome::error;
  }
  return LedgerOutcome::error;
}

/// Counts the time since it was last counted, so that what a long request takes shows as it runs.
void count_busy(LedgerRequest& request, Clock::time_point now) {
  const Clock::duration busy = now - request.counted;
  const GenerationSeries& generation = *request.generation;
  (request.prefilled ? generation.decode_nanoseconds : generation.prefill_nanoseconds)
      .increment(nanoseconds(busy));
  request.busy += busy;
  request.counted = now;
}

/// The busy time has been counted up to here.
void end_prefill(LedgerRequest& request) {
  if (request.prefilled) return;
  request.prefilled = true;
  request.prefill = request.busy;
  if (request.started) request.generation->prefill.observe(seconds(request.prefill));
}

void observe_completed(const LedgerRequest& request, Clock::time_point now) {
  const GenerationSeries& generation = *request.generation;
  generation.duration.observe(seconds(now - request.arrived));
  if (request.started && request.prefilled) {
    generation.decode.observe(seconds(request.busy - request.prefill));
  }
  if (request.tokens > request.first_tokens) {
    generation.time_per_output_token.observe(
        seconds(request.last_token - request.first_token) /
        static_cast<double>(request.tokens - request.first_tokens));
  }
}

void count_wasted(const LedgerRequest& request, LedgerOutcome outcome) {
  if (request.tokens > 0) request.generation->wasted_tokens(outcome).increment(request.tokens);
  if (request.started) {
    request.generation->wasted_nanoseconds(outcome).increment(nanoseconds(request.busy));
  }
}

}  // namespace

void Ticket::start() noexcept {
  if (slot_ == nullptr || is_running(*slot_)) return;
  const Clock::time_point now = Clock::now();
  ledger_->start(*slot_, now);
  LedgerRequest& request = slot_->request;
  request.started = true;
  request.counted = now;
  request.exceptions = std::uncaught_exceptions();
}

void Ticket::requeue() noexcept {
  if (slot_ == nullptr || !is_running(*slot_)) return;
  const Clock::time_point now = Clock::now();
  count_busy(slot_->request, now);
  ledger_->requeue(*slot_, now);
}

void Ticket::prompt_tokens(std::uint64_t count) noexcept {
  if (slot_ == nullptr) return;
  const LedgerRequest& request = slot_->request;
  request.generation->prompt_tokens.increment(count);
  if (request.usage.series_ != nullptr) request.usage.series_->prompt_tokens.increment(count);
}

void Ticket::prefilled() noexcept {
  if (slot_ == nullptr || !is_running(*slot_) || slot_->request.prefilled) return;
  count_busy(slot_->request, Clock::now());
  end_prefill(slot_->request);
}

void Ticket::token(std::uint64_t count) noexcept {
  if (slot_ == nullptr || count == 0) return;
  const Clock::time_point now = Clock::now();
  LedgerRequest& request = slot_->request;
  const GenerationSeries& generation = *request.generation;
  if (is_running(*slot_)) count_busy(request, now);
  if (request.tokens == 0) {
    end_prefill(request);
    generation.time_to_first_token.observe(seconds(now - request.arrived));
    request.first_token = now;
    request.first_tokens = count;
  } else {
    double each = seconds(now - request.last_token);
    if (count > 1) each /= static_cast<double>(count);
    generation.inter_token.observe(each, count);
  }
  request.last_token = now;
  request.tokens += count;
  generation.completion_tokens.increment(count);
  if (request.usage.series_ != nullptr) request.usage.series_->completion_tokens.increment(count);
}

void Ticket::finish(Outcome outcome) noexcept {
  if (slot_ == nullptr) return;
  end(ledger_outcome(outcome, is_running(*slot_)));
}

void Ticket::end_run(bool by_exception) noexcept {
  if (by_exception) return finish(Outcome::error);
  if (slot_ != nullptr && is_running(*slot_)) finish(Outcome::completed);
}

void Ticket::end(LedgerOutcome outcome) noexcept {
  LedgerSlot& slot = *std::exchange(slot_, nullptr);
  LedgerRequest& request = slot.request;
  const Clock::time_point now = Clock::now();
  if (is_running(slot)) count_busy(request, now);
  if (outcome == LedgerOutcome::completed) {
    observe_completed(request, now);
  } else {
    count_wasted(request, outcome);
  }
  ledger_->finish(slot, outcome);
}

void Ticket::drop() noexcept {
  if (!is_running(*slot_)) {
    end(LedgerOutcome::cancelled_queued);
  } else if (std::uncaught_exceptions() > slot_->request.exceptions) {
    end(LedgerOutcome::error);
  } else {
    end(LedgerOutcome::abandoned);
  }
}

Ticket Queue::enqueue(const QueuedRequest& request) noexcept {
  const Clock::time_point now = Clock::now();
  const GenerationSeries& generation = ledger_->generation(request.model);
  LedgerSlot* const slot = ledger_->enqueue(now);
  if (slot != nullptr) {
    slot->request = {};
    slot->request.generation = &generation;
    slot->request.usage = request.usage;
    slot->request.arrived = now;
  }
  return {*ledger_, slot};
}

void Queue::reject() noexcept { ledger_->reject(); }
void Queue::set_capacity(std::size_t requests) noexcept { ledger_->set_capacity(requests); }
void Queue::set_slots(std::size_t slots) noexcept { ledger_->set_slots(slots); }

}  // namespace seadragon::monitoring
