#include "exporter/presets.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

Quantity sum(std::vector<Selector> from) {
  return {.from = std::move(from), .together = Quantity::Together::sum};
}

Quantity mean(std::vector<Selector> from) {
  return {.from = std::move(from), .together = Quantity::Together::mean};
}

/// Each name also with `_`, where a rewriting proxy or a version of the server replaced the colon.
std::vector<Selector> with_colon(std::initializer_list<std::string_view> names) {
  std::vector<Selector> selectors;
  for (const std::string_view name : names) {
    std::string replaced(name);
    std::ranges::replace(replaced, ':', '_');
    selectors.push_back({std::string(name)});
    selectors.push_back({std::move(replaced)});
  }
  return selectors;
}

Selector own(const monitoring::MetricSpec& spec) { return {std::string(spec.name)}; }

Selector own_tokens(const char* kind) {
  return {std::string(metric("seadragon_generation_tokens_total").name), "kind", kind};
}

std::vector<Preset> make_presets() {
  return {
      {.name = "seadragon",
       .queue_length = sum({own(metric("seadragon_queue_length"))}),
       .active_requests = sum({own(metric("seadragon_queue_active_requests"))}),
       .kv_cache_usage = mean({own(metric("seadragon_generation_kv_cache_usage_ratio"))}),
       .prompt_tokens = sum({own_tokens("prompt")}),
       .completion_tokens = sum({own_tokens("completion")})},
      {.name = "vllm",
       .queue_length = sum(with_colon({"vllm:num_requests_waiting"})),
       .active_requests = sum(with_colon({"vllm:num_requests_running"})),
       .kv_cache_usage =
           mean(with_colon({"vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"})),
       .prompt_tokens = sum(with_colon({"vllm:prompt_tokens_total"})),
       .completion_tokens = sum(with_colon({"vllm:generation_tokens_total"}))},
      {.name = "sglang",
       .queue_length = sum(with_colon({"sglang:num_queue_reqs"})),
       .active_requests = sum(with_colon({"sglang:num_running_reqs"})),
       .kv_cache_usage = mean(with_colon({"sglang:token_usage"})),
       .prompt_tokens = sum(with_colon({"sglang:prompt_tokens_total"})),
       .completion_tokens = sum(with_colon({"sglang:generation_tokens_total"}))},
      {.name = "llamacpp",
       .queue_length = sum(with_colon({"llamacpp:requests_deferred"})),
       .active_requests = sum(with_colon({"llamacpp:requests_processing"})),
       .kv_cache_usage = {},
       .prompt_tokens = sum(with_colon({"llamacpp:prompt_tokens_total"})),
       .completion_tokens = sum(with_colon({"llamacpp:tokens_predicted_total"}))},
      {.name = "tgi",
       .queue_length = sum({{"tgi_queue_size"}}),
       .active_requests = sum({{"tgi_batch_current_size"}}),
       .kv_cache_usage = {},
       .prompt_tokens = sum({{"tgi_request_input_length_sum"}}),
       .completion_tokens = sum({{"tgi_request_generated_tokens_sum"}})},
      {.name = "triton",
       .queue_length = sum({{"nv_inference_pending_request_count"}}),
       .active_requests = {},
       .kv_cache_usage = {},
       .prompt_tokens = {},
       .completion_tokens = {}},
      {.name = "triton-trtllm",
       .queue_length = sum({{"nv_trt_llm_request_metrics", "request_type", "waiting"}}),
       .active_requests = sum({{"nv_trt_llm_request_metrics", "request_type", "scheduled"}}),
       .kv_cache_usage =
           mean({{"nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type", "fraction"}}),
       .prompt_tokens = {},
       .completion_tokens = {}},
      {.name = "trtllm",
       .queue_length = sum({{"trtllm_num_requests_waiting"}, {"trtllm:num_requests_waiting"}}),
       .active_requests = sum({{"trtllm_num_requests_running"}, {"trtllm:num_requests_running"}}),
       .kv_cache_usage = mean({{"trtllm_kv_cache_utilization"}, {"trtllm:kv_cache_utilization"}}),
       .prompt_tokens = {},
       .completion_tokens = {}},
  };
}

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

bool is_name(std::string_view text, std::string_view extra) {
  const auto is_letter = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           extra.find(c) != std::string_view::npos;
  };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string Selector::text() const {
  return label.empty() ? name : name + '{' + label + "=\"" + value + "\"}";
}

std::optional<Selector> parse_selector(std::string_view text) {
  text = trim(text);
  const std::size_t brace = text.find('{');
  const std::string_view name = trim(text.substr(0, brace));
  if (!is_name(name, ":")) return std::nullopt;
  if (brace == std::string_view::npos) return Selector{std::string(name)};
  if (!text.ends_with('}')) return std::nullopt;
  const std::string_view match = text.substr(brace + 1, text.size() - brace - 2);
  const std::size_t equals = std::min(match.find('='), match.size());
  const std::string_view label = trim(match.substr(0, equals));
  const std::string_view quoted = trim(match.substr(std::min(equals + 1, match.size())));
  if (!is_name(label, "") || quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') {
    return std::nullopt;
  }
  const std::string_view value = quoted.substr(1, quoted.size() - 2);
  if (value.find_first_of("\"\\") != std::string_view::npos) return std::nullopt;
  return Selector{std::string(name), std::string(label), std::string(value)};
}

std::span<const Preset> presets() {
  static const std::vector<Preset> all = make_presets();
  return all;
}

const Preset* find_preset(std::string_view name) {
  const auto found = std::ranges::find(presets(), name, &Preset::name);
  return found == presets().end() ? nullptr : &*found;
}

}  // namespace seadragon::exporter
