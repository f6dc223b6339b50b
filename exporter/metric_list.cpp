#include "exporter/metric_list.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::MetricSpec;

/// The other subjects of the catalog are the library's.
bool is_of_the_exporter(const MetricSpec& spec) {
  constexpr std::array<std::string_view, 7> subjects = {
      "seadragon_host_",     "seadragon_server_", "seadragon_gpu_", "seadragon_mail_",
      "seadragon_exporter_", "seadragon_build_",  "process_"};
  return std::ranges::any_of(
      subjects, [&](std::string_view subject) { return spec.name.starts_with(subject); });
}

}  // namespace

std::string metric_list() {
  std::string list;
  for (const MetricSpec& spec : monitoring::catalog) {
    if (!is_of_the_exporter(spec)) continue;
    list.append(spec.name).append("\t").append(type_name(spec.type)).append("\t");
    std::string_view separator;
    for (const std::string_view label : spec.labels) {
      list.append(separator).append(label);
      separator = ",";
    }
    list.append("\t").append(spec.help).append("\n");
  }
  return list;
}

}  // namespace seadragon::exporter
