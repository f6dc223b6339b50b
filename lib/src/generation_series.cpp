#include "lib/src/generation_series.h"

#include "lib/src/catalog.h"

namespace seadragon::monitoring::detail {

std::string_view model_label(std::string_view model) noexcept {
  constexpr std::size_t longest = 128;
  if (model.size() > longest) return "other";
  return model.empty() ? "unknown" : model;
}

GenerationSeries::GenerationSeries(Families& families, std::string_view model)
    : duration(families.histogram(metric("seadragon_generation_duration_seconds"), {model})),
      time_to_first_token(
          families.histogram(metric("seadragon_generation_time_to_first_token_seconds"), {model})),
      inter_token(families.histogram(metric("seadragon_generation_inter_token_seconds"), {model})),
      time_per_output_token(families.histogram(
          metric("seadragon_generation_time_per_output_token_seconds"), {model})),
      prefill(families.histogram(metric("seadragon_generation_prefill_seconds"), {model})),
      decode(families.histogram(metric("seadragon_generation_decode_seconds"), {model})),
      prompt_tokens(
          families.counter(metric("seadragon_generation_tokens_total"), {model, "prompt"})),
      completion_tokens(
          families.counter(metric("seadragon_generation_tokens_total"), {model, "completion"})),
      prefill_nanoseconds(families.counter(metric("seadragon_generation_busy_seconds_total"),
                                           {model, "prefill"}, 1e-9)),
      decode_nanoseconds(families.counter(metric("seadragon_generation_busy_seconds_total"),
                                          {model, "decode"}, 1e-9)) {
  // A request that was never started has nothing to waste, unless it waits again: it was requeued.
  for (const LedgerOutcome outcome :
       {LedgerOutcome::cancelled_queued, LedgerOutcome::cancelled_running,
        LedgerOutcome::timeout_queued, LedgerOutcome::timeout_running, LedgerOutcome::error,
        LedgerOutcome::abandoned}) {
    const auto index = static_cast<std::size_t>(outcome);
    wasted_tokens_[index] = families.counter(metric("seadragon_generation_wasted_tokens_total"),
                                             {model, outcome_name(outcome)});
    wasted_nanoseconds_[index] = families.counter(
        metric("seadragon_generation_wasted_seconds_total"), {model, outcome_name(outcome)}, 1e-9);
  }
}

}  // namespace seadragon::monitoring::detail
