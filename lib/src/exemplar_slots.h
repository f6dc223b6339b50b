/// The newest exemplar of each bucket of one histogram series.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/src/page_writer.h"

namespace seadragon::monitoring::detail {

/// Any thread writes, any thread reads; neither waits.
class ExemplarSlots {
 public:
  explicit ExemplarSlots(std::size_t buckets) : slots_(buckets) {}

  /// Bytes of an id that are kept; OpenMetrics allows 128 characters for name and value together.
  static constexpr std::size_t longest_id = 64;

  /// Dropped if another thread writes or reads in the same bucket right now.
  void put(std::size_t bucket, double value, std::string_view id) noexcept;

  /// One per bucket, their label called `label`; without labels where there is none.
  std::vector<Exemplar> take(std::string_view label) const;

 private:
  struct alignas(64) Slot {
    mutable std::atomic_flag busy;
    std::uint8_t id_size = 0;
    std::array<char, longest_id> id{};
    double value = 0;
    double timestamp = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace seadragon::monitoring::detail
