#pragma once

#include <string>

namespace seadragon::exporter {

/// Every metric of the catalog that the exporter may serve, one a line: name, type, label names
/// separated by commas, help; separated by tabs.
std::string metric_list();

}  // namespace seadragon::exporter
