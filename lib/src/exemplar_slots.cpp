#include "lib/src/exemplar_slots.h"

#include <algorithm>
#include <thread>

#include <time.h>

#include "lib/src/text_format.h"
#include "seadragon/monitoring/histogram.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr int most_tries = 1000;  // a writer that was put to sleep keeps its exemplar to itself

/// Seconds since the epoch, to a few milliseconds: a fifth of the cost of the exact clock.
double coarse_now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

void ExemplarSlots::put(std::size_t bucket, double value, std::string_view id) noexcept {
  Slot& slot = slots_[bucket];
  if (slot.busy.test_and_set(std::memory_order_acquire)) return;
  slot.id_size = static_cast<std::uint8_t>(std::min(id.size(), longest_id));
  std::copy_n(id.data(), slot.id_size, slot.id.data());
  slot.value = value;
  slot.timestamp = coarse_now();
  slot.busy.clear(std::memory_order_release);
}

std::vector<Exemplar> ExemplarSlots::take(std::string_view label) const {
  std::vector<Exemplar> taken(slots_.size());
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    for (int tries = 0; tries < most_tries; ++tries) {
      if (slot.busy.test_and_set(std::memory_order_acquire)) {
        std::this_thread::yield();
        continue;
      }
      if (slot.id_size > 0) {
        append_label(taken[i].labels, label, {slot.id.data(), slot.id_size});
        taken[i].value = slot.value;
        taken[i].timestamp = slot.timestamp;
      }
      slot.busy.clear(std::memory_order_release);
      break;
    }
  }
  return taken;
}

}  // namespace seadragon::monitoring::detail

namespace seadragon::monitoring {

void Histogram::observe(double value, std::string_view exemplar) const noexcept {
  observe(value);
  if (exemplars_ == nullptr || exemplar.empty() || !shape_->takes(value)) return;
  exemplars_->put(shape_->bounds.find(value), value, exemplar);
}

}  // namespace seadragon::monitoring
