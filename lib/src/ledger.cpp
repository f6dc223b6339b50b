#include "lib/src/ledger.h"

#include <bit>
#include <chrono>
#include <new>
#include <string>

#include "lib/src/catalog.h"
#include "lib/src/generation_series.h"
#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {
namespace {

// How far back the time to drain looks for how long a request takes.
constexpr std::chrono::minutes recently{5};

constexpr std::uint64_t one = 1;

std::string_view outcome_name(std::size_t outcome) {
  return detail::outcome_name(static_cast<LedgerOutcome>(outcome));
}

/// Readers see all of `change` or nothing of it. Its stores must be release stores, as add() makes
/// them too: only the holder of a slot changes it.
template <class Change>
void at_once(LedgerSlot& slot, const Change& change) {
  const std::uint64_t even = slot.sequence.load(std::memory_order_relaxed);
  slot.sequence.store(even + 1, std::memory_order_relaxed);
  change();
  slot.sequence.store(even + 2, std::memory_order_release);
}

double seconds(LedgerClock::duration duration) {
  return static_cast<double>(std::chrono::nanoseconds(duration).count()) * 1e-9;
}

}  // namespace

Ledger::Ledger(Families& families, Models& models, const QueueOptions& options)
    : options_(options),
      models_(models),
      wait_(families.histogram(metric("seadragon_queue_wait_seconds"), {options.name})),
      processing_(families.histogram(metric("seadragon_queue_processing_seconds"), {options.name})),
      requeued_(families.counter(metric("seadragon_queue_requeued_total"), {options.name})),
      capacity_(options.capacity),
      slots_(options.slots),
      processing_mean_(recently) {}

Ledger::~Ledger() = default;

void Ledger::expose(Families& families) {
  const std::string_view name = options_.name;
  const auto read = [&](const MetricSpec& spec, Families::Values values, auto value) {
    families.read(spec, values,
                  [self = shared_from_this(), value] { return static_cast<double>(value(*self)); });
  };
  families.before_scrape([self = shared_from_this()] { self->take_snapshot(); });
  read(metric("seadragon_queue_received_total"), {name},
       [](const Ledger& ledger) { return ledger.snapshot_.received(); });
  for (std::size_t i = 0; i < ledger_outcomes; ++i) {
    read(metric("seadragon_queue_finished_total"), {name, outcome_name(i)},
         [i](const Ledger& ledger) { return ledger.snapshot_.finished(i); });
  }
  read(metric("seadragon_queue_length"), {name},
       [](const Ledger& ledger) { return ledger.snapshot_.waiting(); });
  read(metric("seadragon_queue_capacity"), {name},
       [](const Ledger& ledger) { return ledger.capacity_.load(); });
  read(metric("seadragon_queue_active_requests"), {name},
       [](const Ledger& ledger) { return ledger.snapshot_.running(); });
  for (std::size_t i = 0; i < age_names.size(); ++i) {
    read(metric("seadragon_queue_active_requests_by_age"), {name, age_names[i]},
         [i](const Ledger& ledger) { return ledger.snapshot_.running_of_age(i); });
  }
  read(metric("seadragon_queue_slots"), {name},
       [](const Ledger& ledger) { return ledger.slots_.load(); });
  read(metric("seadragon_queue_oldest_wait_seconds"), {name},
       [](const Ledger& ledger) { return ledger.snapshot_.oldest_wait(); });
  read(metric("seadragon_queue_oldest_active_seconds"), {name},
       [](const Ledger& ledger) { return ledger.snapshot_.oldest_active(); });
  read(metric("seadragon_queue_drain_seconds"), {name}, [](const Ledger& ledger) {
    return ledger.snapshot_.drain(ledger.processing_mean_.value(), ledger.slots_.load());
  });
  read(metric("seadragon_queue_imbalance"), {name},
       [](const Ledger& ledger) { return ledger.snapshot_.imbalance(); });
}

const GenerationSeries& Ledger::generation(std::string_view model) noexcept {
  return models_.find(model_label(model));
}

LedgerSlot* Ledger::enqueue(LedgerClock::time_point now) noexcept {
  LedgerSlot* slot = pop();
  if (slot == nullptr) slot = grow();
  if (slot == nullptr) return nullptr;
  at_once(*slot, [&] {
    slot->since.store(now, std::memory_order_release);
    slot->state.store(LedgerSlot::State::waiting, std::memory_order_release);
    add(slot->received, one);
  });
  return slot;
}

void Ledger::start(LedgerSlot& slot, LedgerClock::time_point now) noexcept {
  wait_.observe(seconds(now - slot.since.load(std::memory_order_relaxed)));
  at_once(slot, [&] {
    slot.since.store(now, std::memory_order_release);
    slot.started.store(now, std::memory_order_release);
    slot.state.store(LedgerSlot::State::running, std::memory_order_release);
  });
}

void Ledger::requeue(LedgerSlot& slot, LedgerClock::time_point now) noexcept {
  requeued_.increment();
  at_once(slot, [&] {
    slot.since.store(now, std::memory_order_release);
    slot.state.store(LedgerSlot::State::waiting, std::memory_order_release);
  });
}

void Ledger::finish(LedgerSlot& slot, LedgerOutcome outcome) noexcept {
  const LedgerRequest& request = slot.request;
  if (request.started) processing_.observe(seconds(request.busy));
  at_once(slot, [&] {
    slot.state.store(LedgerSlot::State::free, std::memory_order_release);
    add(slot.finished[static_cast<std::size_t>(outcome)], one);
    if (request.started) {
      add(slot.processed, one);
      add(slot.processed_nanoseconds,
          static_cast<std::uint64_t>(std::chrono::nanoseconds(request.busy).count()));
    }
  });
  push(slot);
}

LedgerSlot& Ledger::at(std::uint32_t index) noexcept {
  const auto chunk = static_cast<std::size_t>(std::bit_width(index / first_chunk + 1) - 1);
  return chunks_[chunk][index - first_chunk * ((std::size_t{1} << chunk) - 1)];
}

/// More requests are under way than ever before: room for as many again.
LedgerSlot* Ledger::grow() noexcept {
  const std::lock_guard lock(grow_mutex_);
  if (LedgerSlot* const slot = pop()) return slot;  // another thread was here
  const std::uint32_t first = slot_count_.load(std::memory_order_relaxed);
  const auto chunk = static_cast<std::size_t>(std::bit_width(first / first_chunk + 1) - 1);
  if (chunk >= chunks) return nullptr;
  const std::size_t size = first_chunk << chunk;
  chunks_[chunk].reset(new (std::nothrow) LedgerSlot[size]);
  if (chunks_[chunk] == nullptr) return nullptr;
  for (std::size_t i = 0; i < size; ++i) {
    chunks_[chunk][i].index = first + static_cast<std::uint32_t>(i);
  }
  slot_count_.store(first + static_cast<std::uint32_t>(size), std::memory_order_release);
  for (std::size_t i = size - 1; i > 0; --i) push(chunks_[chunk][i]);
  return &chunks_[chunk][0];
}

LedgerSlot* Ledger::pop() noexcept {
  std::uint64_t head = free_.load(std::memory_order_acquire);
  while (const auto first = static_cast<std::uint32_t>(head)) {
    LedgerSlot& slot = at(first - 1);
    const std::uint64_t next = slot.next_free.load(std::memory_order_relaxed);
    if (free_.compare_exchange_weak(head, ((head >> 32) + 1) << 32 | next,
                                    std::memory_order_acq_rel, std::memory_order_acquire)) {
      return &slot;
    }
  }
  return nullptr;
}

void Ledger::push(LedgerSlot& slot) noexcept {
  std::uint64_t head = free_.load(std::memory_order_relaxed);
  do {
    slot.next_free.store(static_cast<std::uint32_t>(head), std::memory_order_relaxed);
  } while (!free_.compare_exchange_weak(head, ((head >> 32) + 1) << 32 | (slot.index + 1),
                                        std::memory_order_acq_rel, std::memory_order_relaxed));
}

void Ledger::take_snapshot() {
  const LedgerClock::time_point now = LedgerClock::now();
  LedgerSnapshot snapshot(now);
  const std::uint32_t slots = slot_count_.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < slots; ++i) snapshot.add(at(i));
  snapshot.add_rejected(rejected_.load(std::memory_order_relaxed));
  snapshot_ = snapshot;
  processing_mean_.update(now, snapshot.processed(), snapshot.processed_seconds());
}

}  // namespace seadragon::monitoring::detail
