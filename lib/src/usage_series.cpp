#include "lib/src/usage_series.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "lib/src/catalog.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t longest_id = 64;

// Between the two ids of a caller in the table; cut out of those that hold it.
constexpr char separator = '\n';

std::string_view label(std::string_view id) {
  if (id.empty()) return "none";
  return id.size() > longest_id || id.find(separator) != id.npos ? "other" : id;
}

Caller caller_of(std::string_view entry) {
  const std::size_t end_of_user = entry.find(separator);
  if (end_of_user == entry.npos) {  // `other`, the entry of all further ones
    return {std::string(entry), std::string(entry)};
  }
  return {std::string(entry.substr(0, end_of_user)), std::string(entry.substr(end_of_user + 1))};
}

}  // namespace

UsageSeries::UsageSeries(Families& families, const Caller& caller)
    : requests(families.counter(metric("seadragon_usage_requests_total"),
                                {caller.user, caller.api_key})),
      errors(
          families.counter(metric("seadragon_usage_errors_total"), {caller.user, caller.api_key})),
      prompt_tokens(families.counter(metric("seadragon_usage_tokens_total"),
                                     {caller.user, caller.api_key, "prompt"})),
      completion_tokens(families.counter(metric("seadragon_usage_tokens_total"),
                                         {caller.user, caller.api_key, "completion"})) {}

Usages::Usages(Families& families, std::size_t most)
    : series_(
          most,
          [&families](std::string_view entry) {
            return std::make_unique<UsageSeries>(families, caller_of(entry));
          },
          families.family(metric("seadragon_usage_requests_total")).dropped_series) {}

const UsageSeries& Usages::find(const Caller& caller) noexcept {
  std::array<char, 2 * longest_id + 1> entry;
  char* end = std::ranges::copy(label(caller.user), entry.begin()).out;
  *end++ = separator;
  end = std::ranges::copy(label(caller.api_key), end).out;
  return series_.find({entry.data(), end});
}

}  // namespace seadragon::monitoring::detail
