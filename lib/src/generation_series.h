/// The series of one model.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "lib/src/families.h"
#include "lib/src/ledger.h"

namespace seadragon::monitoring::detail {

/// Written by tickets, from any thread. Made by default it counts into nothing.
class GenerationSeries {
 public:
  GenerationSeries() = default;
  GenerationSeries(Families& families, std::string_view model);

  Histogram time_to_first_token;
  Histogram inter_token;
  Counter prompt_tokens;
  Counter completion_tokens;
  Counter busy_nanoseconds;

  /// By the outcome of a request that did not complete.
  const Counter& wasted_tokens(LedgerOutcome outcome) const {
    return wasted_tokens_[static_cast<std::size_t>(outcome)];
  }

 private:
  std::array<Counter, ledger_outcomes> wasted_tokens_;
};

}  // namespace seadragon::monitoring::detail
