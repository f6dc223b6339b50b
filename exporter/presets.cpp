#include "exporter/presets.h"

#include <algorithm>

#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;
using enum Quantity::Together;

// With `_` where a rewriting proxy, or a version of the server, has replaced the colon.
constexpr std::string_view seadragon_queue_length[] = {metric("seadragon_queue_length").name};
constexpr std::string_view seadragon_active_requests[] = {
    metric("seadragon_queue_active_requests").name};
constexpr std::string_view seadragon_kv_cache[] = {
    metric("seadragon_generation_kv_cache_usage_ratio").name};
constexpr std::string_view seadragon_tokens[] = {metric("seadragon_generation_tokens_total").name};

constexpr std::string_view vllm_queue_length[] = {"vllm:num_requests_waiting",
                                                  "vllm_num_requests_waiting"};
constexpr std::string_view vllm_active_requests[] = {"vllm:num_requests_running",
                                                     "vllm_num_requests_running"};
constexpr std::string_view vllm_kv_cache[] = {
    "vllm:kv_cache_usage_perc", "vllm_kv_cache_usage_perc", "vllm:gpu_cache_usage_perc",
    "vllm_gpu_cache_usage_perc"};
constexpr std::string_view vllm_prompt_tokens[] = {"vllm:prompt_tokens_total",
                                                   "vllm_prompt_tokens_total"};
constexpr std::string_view vllm_completion_tokens[] = {"vllm:generation_tokens_total",
                                                       "vllm_generation_tokens_total"};

constexpr std::string_view sglang_queue_length[] = {"sglang:num_queue_reqs",
                                                    "sglang_num_queue_reqs"};
constexpr std::string_view sglang_active_requests[] = {"sglang:num_running_reqs",
                                                       "sglang_num_running_reqs"};
constexpr std::string_view sglang_kv_cache[] = {"sglang:token_usage", "sglang_token_usage"};
constexpr std::string_view sglang_prompt_tokens[] = {"sglang:prompt_tokens_total",
                                                     "sglang_prompt_tokens_total"};
constexpr std::string_view sglang_completion_tokens[] = {"sglang:generation_tokens_total",
                                                         "sglang_generation_tokens_total"};

constexpr std::string_view llamacpp_queue_length[] = {"llamacpp:requests_deferred",
                                                      "llamacpp_requests_deferred"};
constexpr std::string_view llamacpp_active_requests[] = {"llamacpp:requests_processing",
                                                         "llamacpp_requests_processing"};
constexpr std::string_view llamacpp_prompt_tokens[] = {"llamacpp:prompt_tokens_total",
                                                       "llamacpp_prompt_tokens_total"};
constexpr std::string_view llamacpp_completion_tokens[] = {"llamacpp:tokens_predicted_total",
                                                           "llamacpp_tokens_predicted_total"};

constexpr std::string_view tgi_queue_length[] = {"tgi_queue_size"};
constexpr std::string_view tgi_active_requests[] = {"tgi_batch_current_size"};
constexpr std::string_view tgi_prompt_tokens[] = {"tgi_request_input_length_sum"};
constexpr std::string_view tgi_completion_tokens[] = {"tgi_request_generated_tokens_sum"};

constexpr std::string_view triton_queue_length[] = {"nv_inference_pending_request_count"};

constexpr std::string_view triton_trtllm_requests[] = {"nv_trt_llm_request_metrics"};
constexpr std::string_view triton_trtllm_kv_cache[] = {"nv_trt_llm_kv_cache_block_metrics"};

constexpr std::string_view trtllm_queue_length[] = {"trtllm_num_requests_waiting",
                                                    "trtllm:num_requests_waiting"};
constexpr std::string_view trtllm_active_requests[] = {"trtllm_num_requests_running",
                                                       "trtllm:num_requests_running"};
constexpr std::string_view trtllm_kv_cache[] = {"trtllm_kv_cache_utilization",
                                                "trtllm:kv_cache_utilization"};

constexpr Preset all[] = {
    {.name = "seadragon",
     .queue_length = {seadragon_queue_length},
     .active_requests = {seadragon_active_requests},
     .kv_cache_usage = {seadragon_kv_cache, mean},
     .prompt_tokens = {seadragon_tokens, sum, "kind", "prompt"},
     .completion_tokens = {seadragon_tokens, sum, "kind", "completion"}},
    {.name = "vllm",
     .queue_length = {vllm_queue_length},
     .active_requests = {vllm_active_requests},
     .kv_cache_usage = {vllm_kv_cache, mean},
     .prompt_tokens = {vllm_prompt_tokens},
     .completion_tokens = {vllm_completion_tokens}},
    {.name = "sglang",
     .queue_length = {sglang_queue_length},
     .active_requests = {sglang_active_requests},
     .kv_cache_usage = {sglang_kv_cache, mean},
     .prompt_tokens = {sglang_prompt_tokens},
     .completion_tokens = {sglang_completion_tokens}},
    {.name = "llamacpp",
     .queue_length = {llamacpp_queue_length},
     .active_requests = {llamacpp_active_requests},
     .kv_cache_usage = {},
     .prompt_tokens = {llamacpp_prompt_tokens},
     .completion_tokens = {llamacpp_completion_tokens}},
    {.name = "tgi",
     .queue_length = {tgi_queue_length},
     .active_requests = {tgi_active_requests},
     .kv_cache_usage = {},
     .prompt_tokens = {tgi_prompt_tokens},
     .completion_tokens = {tgi_completion_tokens}},
    {.name = "triton",
     .queue_length = {triton_queue_length},
     .active_requests = {},
     .kv_cache_usage = {},
     .prompt_tokens = {},
     .completion_tokens = {}},
    {.name = "triton-trtllm",
     .queue_length = {triton_trtllm_requests, sum, "request_type", "waiting"},
     .active_requests = {triton_trtllm_requests, sum, "request_type", "scheduled"},
     .kv_cache_usage = {triton_trtllm_kv_cache, mean, "kv_cache_block_type", "fraction"},
     .prompt_tokens = {},
     .completion_tokens = {}},
    {.name = "trtllm",
     .queue_length = {trtllm_queue_length},
     .active_requests = {trtllm_active_requests},
     .kv_cache_usage = {trtllm_kv_cache, mean},
     .prompt_tokens = {},
     .completion_tokens = {}},
};

}  // namespace

std::span<const Preset> presets() { return all; }

const Preset* find_preset(std::string_view name) {
  const Preset* const found = std::ranges::find(all, name, &Preset::name);
  return found == std::end(all) ? nullptr : found;
}

}  // namespace seadragon::exporter
