#include "exporter/proc/pressure.h"

#include "exporter/proc/fields.h"

namespace seadragon::exporter {
namespace {

/// `avg10=0.00 avg60=0.00 avg300=0.00 total=0`
std::optional<std::uint64_t> total_of(std::string_view line) {
  constexpr std::string_view name = "total=";
  for (auto field = take_field(line); !field.empty(); field = take_field(line)) {
    if (field.starts_with(name)) return parse_unsigned(field.substr(name.size()));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Pressure> parse_pressure(std::string_view text) {
  std::optional<std::uint64_t> some, full;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view who = take_field(line);
    if (who != "some" && who != "full") continue;
    auto& total = who == "some" ? some : full;
    total = total_of(line);
    if (!total) return std::nullopt;
  }
  if (!some) return std::nullopt;
  return Pressure{.some_microseconds = *some, .full_microseconds = full};
}

}  // namespace seadragon::exporter
