#include "exporter/presets.h"

#include <algorithm>

#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

constexpr std::string_view seadragon_queue_length[] = {metric("seadragon_queue_length").name};
constexpr std::string_view seadragon_active_requests[] = {
    metric("seadragon_queue_active_requests").name};

// With `_` where a rewriting proxy has replaced the colon.
constexpr std::string_view vllm_queue_length[] = {"vllm:num_requests_waiting",
                                                  "vllm_num_requests_waiting"};
constexpr std::string_view vllm_active_requests[] = {"vllm:num_requests_running",
                                                     "vllm_num_requests_running"};

constexpr std::string_view llamacpp_queue_length[] = {"llamacpp:requests_deferred",
                                                      "llamacpp_requests_deferred"};
constexpr std::string_view llamacpp_active_requests[] = {"llamacpp:requests_processing",
                                                         "llamacpp_requests_processing"};

constexpr Preset all[] = {
    {"seadragon", seadragon_queue_length, seadragon_active_requests},
    {"vllm", vllm_queue_length, vllm_active_requests},
    {"llamacpp", llamacpp_queue_length, llamacpp_active_requests},
};

}  // namespace

std::span<const Preset> presets() { return all; }

const Preset* find_preset(std::string_view name) {
  const Preset* const found = std::ranges::find(all, name, &Preset::name);
  return found == std::end(all) ? nullptr : found;
}

}  // namespace seadragon::exporter
