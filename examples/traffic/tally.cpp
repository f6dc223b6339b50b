#include "examples/traffic/tally.h"

#include <nlohmann/json.hpp>

namespace traffic {

void Tally::count(const PlannedRequest& request, const Seen& seen) {
  const std::lock_guard lock(mutex_);
  if (seen.status == 0) {
    ++transport_errors_;
    return;
  }
  ++by_route_status_[{request.method, request.route, seen.status}];
  ++requests_;
  if (request.streams && seen.status == 200) ++streams_;
  if (seen.left) ++left_;
  if (!seen.left && !seen.complete) ++incomplete_;
  prompt_tokens_ += seen.prompt_tokens;
  completion_tokens_ += seen.completion_tokens;
  seconds_ += seen.seconds;
}

void Tally::count_unfinished() {
  const std::lock_guard lock(mutex_);
  ++unfinished_;
}

std::string Tally::line() const {
  const std::lock_guard lock(mutex_);
  std::map<int, std::uint64_t> by_status;
  for (const auto& [key, count] : by_route_status_) by_status[std::get<int>(key)] += count;
  std::string line;
  for (const auto& [status, count] : by_status) {
    line += std::to_string(status) + ": " + std::to_string(count) + "  ";
  }
  return line + "left: " + std::to_string(left_) +
         "  transport errors: " + std::to_string(transport_errors_);
}

std::string Tally::json() const {
  const std::lock_guard lock(mutex_);
  nlohmann::ordered_json counts = nlohmann::ordered_json::array();
  for (const auto& [key, count] : by_route_status_) {
    const auto& [method, route, status] = key;
    counts.push_back({{"method", method}, {"route", route}, {"status", status}, {"count", count}});
  }
  const nlohmann::ordered_json tally = {
      {"requests", requests_},
      {"by_route_status", counts},
      {"left", left_},
      {"streams", streams_},
      {"incomplete", incomplete_},
      {"tokens", {{"prompt", prompt_tokens_}, {"completion", completion_tokens_}}},
      {"transport_errors", transport_errors_},
      {"unfinished", unfinished_},
      {"duration_seconds_sum", seconds_}};
  return tally.dump(2) + "\n";
}

}  // namespace traffic
