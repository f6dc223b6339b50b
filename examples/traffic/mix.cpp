#include "examples/traffic/mix.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace traffic {
namespace {

void read_weight(std::string_view word, Mix& mix) {
  const auto refuse = [&](const char* why) {
    throw std::invalid_argument("mix: \"" + std::string(word) + "\" " + why);
  };
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) refuse("is not kind=weight");
  const auto kind = std::find(kind_names.begin(), kind_names.end(), word.substr(0, equals));
  if (kind == kind_names.end()) refuse("names no kind of request");
  double weight = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data() + equals + 1, end, weight);
  if (error != std::errc() || stop != end || !(weight >= 0 && weight < 1e9)) {
    refuse("has no weight of 0 or more");
  }
  mix[static_cast<std::size_t>(kind - kind_names.begin())] = weight;
}

}  // namespace

Mix parse_mix(std::string_view text) {
  Mix mix{};
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    read_weight(text.substr(0, comma), mix);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (std::none_of(mix.begin(), mix.end(), [](double weight) { return weight > 0; })) {
    throw std::invalid_argument("mix: no kind has a weight");
  }
  return mix;
}

}  // namespace traffic
