#include "lib/src/catalog_page.h"

#include <string_view>

#include "lib/src/catalog.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring {
namespace {

/// seadragon_http_requests_total -> http
std::string_view subject_of(std::string_view name) {
  constexpr std::string_view prefix = "seadragon_";
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return name.substr(0, name.find('_'));
}

std::string listed(const LabelNames& labels) {
  std::string out;
  for (const std::string_view label : labels) {
    if (!out.empty()) out += ", ";
    out.append("`").append(label).append("`");
  }
  return out;
}

}  // namespace

std::string catalog_page() {
  std::string page =
      "# Metrics\n\n"
      "Every metric that Seadragon exposes, printed from `lib/src/catalog.h`; change it there, "
      "then\n"
      "`UPDATE_GOLDEN=1 build/bin/catalog_test`. The metrics of `host`, `server`, `exporter`\n"
      "and `process` come from the exporter, the others from the library in the LLM server. "
      "Prometheus adds `job` "
      "and\n"
      "`instance`; `docs/views.md` tells what is made of them.\n";
  std::string_view subject;
  for (const MetricSpec& spec : catalog) {
    if (subject_of(spec.name) != subject) {
      subject = subject_of(spec.name);
      page.append("\n## ").append(subject);
      page += "\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n";
    }
    page.append("| `").append(spec.name).append("` | ").append(type_name(spec.type));
    page.append(" | ").append(listed(spec.labels)).append(" | ").append(spec.help);
    if (!spec.buckets.empty()) {
      page += " Buckets up to";
      for (const double bound : spec.buckets) {
        page += ' ';
        append_bound(page, bound);
      }
      page += '.';
    }
    page += " |\n";
  }
  return page;
}

}  // namespace seadragon::monitoring
