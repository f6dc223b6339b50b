#include "seadragon/monitoring/queue.h"

#include "lib/src/generation_series.h"
#include "lib/src/ledger.h"
#include "lib/src/usage_series.h"

namespace seadragon::monitoring {
namespace {

using detail::LedgerOutcome;

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

double seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Ticket::Ticket(detail::Ledger& ledger, const detail::GenerationSeries& generation,
               Usage usage) noexcept
    : ledger_(&ledger), generation_(&generation), usage_(usage), enqueued_(Clock::now()) {
  slot_ = ledger.enqueue(enqueued_);
}

Ticket::Ticket(Ticket&& other) noexcept
    : ledger_(other.ledger_),
      slot_(std::exchange(other.slot_, nullptr)),
      generation_(other.generation_),
      usage_(other.usage_),
      enqueued_(other.enqueued_),
      started_(other.started_),
      last_token_(other.last_token_),
      tokens_(other.tokens_),
      exceptions_(other.exceptions_),
      running_(other.running_) {}

Ticket& Ticket::operator=(Ticket&& other) noexcept {
  if (this == &other) return *this;
  drop();
  ledger_ = other.ledger_;
  slot_ = std::exchange(other.slot_, nullptr);
  generation_ = other.generation_;
  usage_ = other.usage_;
  enqueued_ = other.enqueued_;
  started_ = other.started_;
  last_token_ = other.last_token_;
  tokens_ = other.tokens_;
  exceptions_ = other.exceptions_;
  running_ = other.running_;
  return *this;
}

Ticket::~Ticket() { drop(); }

void Ticket::start() noexcept {
  if (slot_ == nullptr || running_) return;
  running_ = true;
  exceptions_ = std::uncaught_exceptions();
  started_ = Clock::now();
  ledger_->start(*slot_, started_ - enqueued_);
}

void Ticket::prompt_tokens(std::uint64_t count) noexcept {
  if (slot_ == nullptr) return;
  generation_->prompt_tokens.increment(count);
  if (usage_.series_ != nullptr) usage_.series_->prompt_tokens.increment(count);
}

void Ticket::token(std::uint64_t count) noexcept {
  if (slot_ == nullptr || count == 0) return;
  const Clock::time_point now = Clock::now();
  if (tokens_ == 0) {
    generation_->time_to_first_token.observe(seconds(now - enqueued_));
  } else {
    const double each = seconds(now - last_token_) / static_cast<double>(count);
    generation_->inter_token.observe(each, count);
  }
  last_token_ = now;
  tokens_ += count;
  generation_->completion_tokens.increment(count);
  if (usage_.series_ != nullptr) usage_.series_->completion_tokens.increment(count);
}

void Ticket::finish(Outcome outcome) noexcept {
  if (slot_ == nullptr) return;
  end(ledger_outcome(outcome, running_));
}

void Ticket::end(detail::LedgerOutcome outcome) noexcept {
  if (running_) {
    const Clock::duration busy = Clock::now() - started_;
    ledger_->processing().observe(seconds(busy));
    generation_->busy_nanoseconds.increment(
        static_cast<std::uint64_t>(std::chrono::nanoseconds(busy).count()));
    if (outcome != LedgerOutcome::completed && tokens_ > 0) {
      generation_->wasted_tokens(outcome).increment(tokens_);
    }
  }
  ledger_->finish(*std::exchange(slot_, nullptr), outcome);
}

void Ticket::drop() noexcept {
  if (slot_ == nullptr) return;
  if (!running_) {
    end(LedgerOutcome::cancelled_queued);
  } else if (std::uncaught_exceptions() > exceptions_) {
    end(LedgerOutcome::error);
  } else {
    end(LedgerOutcome::abandoned);
  }
}

Ticket Queue::enqueue(const QueuedRequest& request) noexcept {
  return {*ledger_, ledger_->generation(request.model), request.usage};
}

void Queue::reject() noexcept { ledger_->reject(); }

}  // namespace seadragon::monitoring
