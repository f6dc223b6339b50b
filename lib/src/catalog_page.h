/// The catalog as a document for people.
#pragma once

#include <string>

namespace seadragon::monitoring {

/// docs/metrics.md, whole: a Markdown table of every metric.
std::string catalog_page();

}  // namespace seadragon::monitoring
