/// Events in a loop, the way every measurement runs them.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include <benchmark/benchmark.h>

#include "tests/benchmarks/report.h"

namespace seadragon::bench {

/// Runs an event `times` times. `first` is where it begins among values and label sets, so that
/// threads do not go in step.
using Repeated = std::function<void(unsigned first, std::size_t times)>;

/// `event(i)` for consecutive i. The call through std::function is paid once for the whole loop,
/// and nothing is kept in registers from one event to the next, as between two requests.
template <class Event>
Repeated repeated(Event event) {
  return [event = std::move(event)](unsigned first, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
      event(first + static_cast<unsigned>(i));
      benchmark::ClobberMemory();
    }
  };
}

/// The same event recorded in two ways.
struct Sides {
  Repeated reference;
  Repeated ours;
};

struct Comparison {
  Row row;
  Sides sides;
};

}  // namespace seadragon::bench
