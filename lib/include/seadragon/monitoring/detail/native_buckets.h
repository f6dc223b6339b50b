/// Buckets that place themselves: what one thread counts of a native histogram. Not part of the
/// API.
///
/// Bucket i of schema s counts values in (base^(i-1), base^i], base = 2^(2^-s). A thread keeps 160
/// neighbours of them, its window. A value outside moves the window if it then holds all that was
/// counted; else neighbours are merged in pairs, schema s-1, until it does. At schema 3, where a
/// thread begins, the window spans a factor of a million; at schema -3 everything.
///
/// Source: https://prometheus.io/docs/specs/native_histograms/
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {

inline constexpr int finest_native_schema = 3;
inline constexpr int native_window = 160;

/// Values up to here, so as good as zero, are counted apart: no power of a base reaches down to 0.
inline constexpr double native_zero_threshold = 0x1p-128;

// Cells of a thread, all 0 at first: the window, the count of zeros, the counts of the window.
inline constexpr std::size_t native_zero_cell = 1;
inline constexpr std::size_t first_native_count = 2;
inline constexpr std::size_t native_cells = first_native_count + native_window;

/// The bucket that counts what bucket `index` does, after `halvings` of the resolution: the
/// quotient rounded up.
constexpr int coarser_bucket(int index, int halvings) noexcept { return -(-index >> halvings); }

/// Which buckets the counts are of.
struct NativeWindow {
  int halvings;  ///< Of the finest resolution.
  int first;     ///< Bucket of the first count.

  /// 0, from before the first value, is a window far below every bucket.
  static constexpr NativeWindow from_cell(std::uint64_t cell) noexcept {
    return {static_cast<int>(cell % 16), static_cast<int>(cell / 16) - far};
  }
  constexpr std::uint64_t to_cell() const noexcept {
    return static_cast<std::uint64_t>(first + far) * 16 + static_cast<std::uint64_t>(halvings);
  }

 private:
  static constexpr int far = 1 << 20;
};

/// Bits behind the binary point of 2^(1/8) to 2^(8/8), the bounds within a power of two, as
/// Prometheus rounds them: three of its table are one below the nearest double.
inline constexpr std::uint64_t eighth_bounds[] = {0x172b83c7d517b, 0x306fe0a31b715, 0x4bfdad5362a27,
                                                  0x6a09e667f3bcc, 0x8ace5422aa0db, 0xae89f995ad3ac,
                                                  0xd5818dcfba486, 0x10000000000000};

/// The bucket of a normal, positive number at the finest schema.
inline int finest_native_bucket(double value) noexcept {
  constexpr int mantissa_bits = 52;
  constexpr int exponent_of_one = 1023;
  // A bound belongs to the bucket that it closes; one less in the bits makes every bucket half-open
  // the usual way round. An eighth of a power of two, cut by the top three bits, has one bound.
  const std::uint64_t bits = to_bits(value) - 1;
  const std::uint64_t eighth = bits >> (mantissa_bits - 3);
  const std::uint64_t mantissa = bits & ((std::uint64_t{1} << mantissa_bits) - 1);
  return static_cast<int>(eighth) - 8 * exponent_of_one + 1 +
         (mantissa >= eighth_bounds[eighth % 8] ? 1 : 0);
}

/// Moves or coarsens the window so that it holds this bucket of the finest schema, and counts.
[[gnu::cold, gnu::noinline]] void count_outside_window(Cell* cells, int finest_bucket,
                                                       std::uint64_t times) noexcept;

/// Adds `times` values, finite and not negative, to the `native_cells` cells of this thread. The
/// caller keeps readers away; every store releases, so that none passes his marks.
inline void count_native(Cell* cells, double value, std::uint64_t times) noexcept {
  Cell* count = cells + native_zero_cell;
  if (__builtin_expect(value > native_zero_threshold, 1)) {
    const NativeWindow window = NativeWindow::from_cell(cells->load(std::memory_order_relaxed));
    const int bucket = finest_native_bucket(value);
    const int position = coarser_bucket(bucket, window.halvings) - window.first;
    if (__builtin_expect(static_cast<unsigned>(position) >= native_window, 0)) {
      count_outside_window(cells, bucket, times);
      return;
    }
    count = cells + first_native_count + position;
  }
  count->store(count->load(std::memory_order_relaxed) + times, std::memory_order_release);
}

}  // namespace seadragon::monitoring::detail
