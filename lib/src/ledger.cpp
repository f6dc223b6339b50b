#include "lib/src/ledger.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <new>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <utility>

#include "lib/src/catalog.h"
#include "lib/src/generation_series.h"

namespace seadragon::monitoring::detail {
namespace {

// A stranger may choose the name; it stands on every line of the model's series.
constexpr std::size_t longest_model = 128;

constexpr std::array<std::string_view, ledger_outcomes> outcome_names = {
    "completed",       "rejected_full", "cancelled_queued", "cancelled_running", "timeout_queued",
    "timeout_running", "error",         "abandoned"};

std::int64_t nanoseconds(Ledger::Clock::time_point time) {
  return std::chrono::nanoseconds(time.time_since_epoch()).count();
}

std::uint64_t total(const std::array<std::uint64_t, ledger_outcomes>& finished) {
  return std::accumulate(finished.begin(), finished.end(), std::uint64_t{0});
}

/// Only the holder of a slot changes it, so an add needs no read-modify-write.
void count(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

/// Readers see all of `change` or nothing of it. Its stores must be release stores.
template <class Change>
void at_once(LedgerSlot& slot, const Change& change) {
  const std::uint64_t even = slot.sequence.load(std::memory_order_relaxed);
  slot.sequence.store(even + 1, std::memory_order_relaxed);
  change();
  slot.sequence.store(even + 2, std::memory_order_release);
}

}  // namespace

std::string_view outcome_name(LedgerOutcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

Ledger::Ledger(Families& families, Models& models, const QueueOptions& options)
    : options_(options),
      models_(models),
      wait_(families.histogram(metric("seadragon_queue_wait_seconds"), {options.name})),
      processing_(
          families.histogram(metric("seadragon_queue_processing_seconds"), {options.name})) {}

void Ledger::expose(Families& families) {
  const std::string_view name = options_.name;
  const auto read = [&](const MetricSpec& spec, Families::Values values, auto value) {
    families.read(spec, values, [self = shared_from_this(), value] {
      return static_cast<double>(value(self->snapshot_));
    });
  };
  families.before_scrape([self = shared_from_this()] { self->take_snapshot(); });
  read(metric("seadragon_queue_received_total"), {name},
       [](const Snapshot& now) { return now.received; });
  for (std::size_t i = 0; i < ledger_outcomes; ++i) {
    read(metric("seadragon_queue_finished_total"), {name, outcome_names[i]},
         [i](const Snapshot& now) { return now.finished[i]; });
  }
  read(metric("seadragon_queue_length"), {name}, [](const Snapshot& now) { return now.waiting; });
  families.gauge(metric("seadragon_queue_capacity"), {name})
      .set(static_cast<double>(options_.capacity));
  read(metric("seadragon_queue_active_requests"), {name},
       [](const Snapshot& now) { return now.running; });
  families.gauge(metric("seadragon_queue_slots"), {name}).set(static_cast<double>(options_.slots));
  read(metric("seadragon_queue_oldest_wait_seconds"), {name}, [](const Snapshot& now) {
    return now.waiting == 0
               ? 0.0
               : static_cast<double>(nanoseconds(Clock::now()) - now.oldest_nanoseconds) * 1e-9;
  });
  read(metric("seadragon_queue_imbalance"), {name},
       [](const Snapshot& now) { return now.imbalance(); });
}

Ledger::~Ledger() = default;

GenerationSeries& Ledger::generation(std::string_view model) noexcept {
  if (model.size() > longest_model) model = "other";
  return models_.find(model.empty() ? "unknown" : model);
}

LedgerSlot* Ledger::enqueue(Clock::time_point now) noexcept {
  LedgerSlot* slot = pop();
  if (slot == nullptr) slot = grow();
  if (slot == nullptr) return nullptr;
  at_once(*slot, [&] {
    slot->enqueued_nanoseconds.store(nanoseconds(now), std::memory_order_release);
    slot->state.store(LedgerSlot::State::waiting, std::memory_order_release);
    count(slot->received);
  });
  return slot;
}

void Ledger::start(LedgerSlot& slot, Clock::duration waited) noexcept {
  at_once(slot, [&] { slot.state.store(LedgerSlot::State::running, std::memory_order_release); });
  wait_.observe(std::chrono::duration<double>(waited).count());
}

void Ledger::finish(LedgerSlot& slot, LedgerOutcome outcome) noexcept {
  at_once(slot, [&] {
    slot.state.store(LedgerSlot::State::free, std::memory_order_release);
    count(slot.finished[static_cast<std::size_t>(outcome)]);
  });
  push(slot);
}

LedgerSlot& Ledger::at(std::uint32_t index) noexcept {
  const auto chunk = static_cast<std::size_t>(std::bit_width(index / first_chunk + 1) - 1);
  return slots_[chunk][index - first_chunk * ((std::size_t{1} << chunk) - 1)];
}

/// More requests are under way than ever before: room for as many again.
LedgerSlot* Ledger::grow() noexcept {
  const std::lock_guard lock(grow_mutex_);
  if (LedgerSlot* const slot = pop()) return slot;  // another thread was here
  const std::uint32_t first = slot_count_.load(std::memory_order_relaxed);
  const auto chunk = static_cast<std::size_t>(std::bit_width(first / first_chunk + 1) - 1);
  if (chunk >= chunks) return nullptr;
  const std::size_t size = first_chunk << chunk;
  slots_[chunk].reset(new (std::nothrow) LedgerSlot[size]);
  if (slots_[chunk] == nullptr) return nullptr;
  for (std::size_t i = 0; i < size; ++i) {
    slots_[chunk][i].index = first + static_cast<std::uint32_t>(i);
  }
  slot_count_.store(first + static_cast<std::uint32_t>(size), std::memory_order_release);
  for (std::size_t i = size - 1; i > 0; --i) push(slots_[chunk][i]);
  return &slots_[chunk][0];
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

double Ledger::Snapshot::imbalance() const {
  return static_cast<double>(
      static_cast<std::int64_t>(received - total(finished) - waiting - running));
}

void Ledger::add(const LedgerSlot& slot, Snapshot& snapshot) {
  // A writer that was put to sleep in the middle needs the processor, hence the yield.
  constexpr int eager_tries = 1000;
  constexpr int most_tries =
      20'000;  // then its process was forked in the middle: take what is there
  std::uint64_t received = 0;
  std::int64_t enqueued = 0;
  LedgerSlot::State state{};
  std::array<std::uint64_t, ledger_outcomes> finished{};
  for (int tries = 0; tries < most_tries; ++tries) {
    const std::uint64_t before = slot.sequence.load(std::memory_order_acquire);
    received = slot.received.load(std::memory_order_acquire);
    enqueued = slot.enqueued_nanoseconds.load(std::memory_order_acquire);
    state = slot.state.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < ledger_outcomes; ++i) {
      finished[i] = slot.finished[i].load(std::memory_order_acquire);
    }
    if (before % 2 == 0 && slot.sequence.load(std::memory_order_relaxed) == before) break;
    if (tries >= eager_tries) std::this_thread::yield();
  }
  snapshot.received += received;
  for (std::size_t i = 0; i < ledger_outcomes; ++i) snapshot.finished[i] += finished[i];
  if (state == LedgerSlot::State::running) ++snapshot.running;
  if (state == LedgerSlot::State::waiting) {
    ++snapshot.waiting;
    snapshot.oldest_nanoseconds = std::min(snapshot.oldest_nanoseconds, enqueued);
  }
}

void Ledger::take_snapshot() {
  Snapshot snapshot;
  snapshot.oldest_nanoseconds = std::numeric_limits<std::int64_t>::max();
  const std::uint32_t slots = slot_count_.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < slots; ++i) add(at(i), snapshot);
  const std::uint64_t rejected = rejected_.load(std::memory_order_relaxed);
  snapshot.received += rejected;
  snapshot.finished[static_cast<std::size_t>(LedgerOutcome::rejected_full)] += rejected;
  snapshot_ = snapshot;
}

}  // namespace seadragon::monitoring::detail
