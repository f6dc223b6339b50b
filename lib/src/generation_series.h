/// The series of one model.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "lib/src/families.h"
#include "lib/src/ledger_slot.h"

namespace seadragon::monitoring::detail {

/// The label `model` for what a server calls its model. A stranger may choose it, and it stands on
/// every line of the model's series.
std::string_view model_label(std::string_view model) noexcept;

/// Written by tickets, from any thread. Made by default it counts into nothing.
class GenerationSeries {
 public:
  GenerationSeries() = default;
  GenerationSeries(Families& families, std::string_view model);

  Histogram duration;
  Histogram time_to_first_token;
  Histogram inter_token;
  Histogram time_per_output_token;
  Histogram prefill;
  Histogram decode;
  Counter prompt_tokens;
  Counter completion_tokens;
  Counter prefill_nanoseconds;
  Counter decode_nanoseconds;

  // By the outcome of a request that did not complete.
  const Counter& wasted_tokens(LedgerOutcome outcome) const {
    return wasted_tokens_[static_cast<std::size_t>(outcome)];
  }
  const Counter& wasted_nanoseconds(LedgerOutcome outcome) const {
    return wasted_nanoseconds_[static_cast<std::size_t>(outcome)];
  }

 private:
  std::array<Counter, ledger_outcomes> wasted_tokens_;
  std::array<Counter, ledger_outcomes> wasted_nanoseconds_;
};

}  // namespace seadragon::monitoring::detail
