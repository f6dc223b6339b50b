#include "lib/src/generation_series.h"

#include "lib/src/catalog.h"

namespace seadragon::monitoring::detail {

GenerationSeries::GenerationSeries(Families& families, std::string_view model)
    : time_to_first_token(
          families.histogram(metric("seadragon_generation_time_to_first_token_seconds"), {model})),
      inter_token(families.histogram(metric("seadragon_generation_inter_token_seconds"), {model})),
      prompt_tokens(
          families.counter(metric("seadragon_generation_tokens_total"), {model, "prompt"})),
      completion_tokens(
          families.counter(metric("seadragon_generation_tokens_total"), {model, "completion"})),
      busy_nanoseconds(
          families.counter(metric("seadragon_generation_busy_seconds_total"), {model}, 1e-9)) {
  // Only a request that ran has tokens to waste.
  for (const LedgerOutcome outcome :
       {LedgerOutcome::cancelled_running, LedgerOutcome::timeout_running, LedgerOutcome::error,
        LedgerOutcome::abandoned}) {
    wasted_tokens_[static_cast<std::size_t>(outcome)] = families.counter(
        metric("seadragon_generation_wasted_tokens_total"), {model, outcome_name(outcome)});
  }
}

}  // namespace seadragon::monitoring::detail
