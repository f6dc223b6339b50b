#include "lib/src/catalog.h"

#include <algorithm>
#include <array>

namespace seadragon::monitoring {
namespace {

/// The second word of every metric name says its subject; the same words name headers, views,
/// dashboards and rules.
constexpr std::array<std::string_view, 11> subjects = {
    "http_",   "queue_", "generation_", "usage_",    "log_",       "host_",
    "server_", "gpu_",   "mail_",       "exporter_", "monitoring_"};

constexpr bool is_snake_case(std::string_view name) {
  return !name.empty() && !name.starts_with('_') && !name.ends_with('_') &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

constexpr std::array<Unit, 6> units = {Unit::seconds, Unit::bytes,  Unit::ratio,
                                       Unit::watts,   Unit::joules, Unit::celsius};

constexpr std::string_view suffix(Unit unit) {
  switch (unit) {
    case Unit::none:
      return "";
    case Unit::seconds:
      return "_seconds";
    case Unit::bytes:
      return "_bytes";
    case Unit::ratio:
      return "_ratio";
    case Unit::watts:
      return "_watts";
    case Unit::joules:
      return "_joules";
    case Unit::celsius:
      return "_celsius";
  }
  return "";
}

constexpr bool has_subject(std::string_view name) {
  constexpr std::string_view prefix = "seadragon_";
  if (!name.starts_with(prefix)) return name.starts_with("process_");  // all clients' names
  name.remove_prefix(prefix.size());
  return name == "build_info" || std::ranges::any_of(subjects, [name](std::string_view subject) {
           return name.starts_with(subject);
         });
}

constexpr bool has_unit_and_total(const MetricSpec& spec) {
  constexpr std::string_view total = "_total";
  std::string_view stem = spec.name;
  if (stem.ends_with(total) != (spec.type == MetricType::counter)) return false;
  if (stem.ends_with(total)) stem.remove_suffix(total.size());
  // Both ways: a name that ends in a unit must say so in the entry too.
  return std::ranges::all_of(
      units, [&](Unit unit) { return stem.ends_with(suffix(unit)) == (unit == spec.unit); });
}

constexpr bool has_buckets_if_histogram(const MetricSpec& spec) {
  if ((spec.type == MetricType::histogram) == spec.buckets.empty()) return false;
  return std::ranges::adjacent_find(spec.buckets, std::ranges::greater_equal{}) ==
         spec.buckets.end();
}

constexpr bool has_good_labels(const MetricSpec& spec) {
  return std::ranges::all_of(
      spec.labels, [](std::string_view label) { return is_snake_case(label) && label != "le"; });
}

constexpr bool is_unique(const MetricSpec& spec) {
  return std::ranges::count(catalog, spec.name, &MetricSpec::name) == 1;
}

static_assert(std::ranges::all_of(catalog, is_snake_case, &MetricSpec::name));
static_assert(std::ranges::all_of(catalog, has_subject, &MetricSpec::name));
static_assert(std::ranges::all_of(catalog, has_unit_and_total));
static_assert(std::ranges::all_of(catalog, has_buckets_if_histogram));
static_assert(std::ranges::all_of(catalog, has_good_labels));
static_assert(std::ranges::all_of(catalog, is_unique));
static_assert(std::ranges::all_of(catalog,
                                  [](const MetricSpec& spec) { return spec.help.ends_with('.'); }));

}  // namespace
}  // namespace seadragon::monitoring
