/// The reading side of native_buckets.h.
#pragma once

#include <cstdint>
#include <span>

#include "lib/src/page_writer.h"

namespace seadragon::monitoring::detail {

/// Adds what one thread counted, a copy of its `native_cells` cells, to `total`, which begins as
/// NativeHistogram{}. Both are brought to the coarser schema of the two, or a coarser one where
/// their buckets together span more than a window. In whatever order threads are added, the result
/// is the same; its outermost buckets are not empty.
void add_native(std::span<const std::uint64_t> cells, NativeHistogram& total);

}  // namespace seadragon::monitoring::detail
