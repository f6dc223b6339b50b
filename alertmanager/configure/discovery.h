/// How Prometheus finds the Alertmanagers that it sends to.
#pragma once

#include <chrono>
#include <string_view>

namespace seadragon::alerts {

/// How many it has found, on its page of metrics.
constexpr std::string_view found_alertmanagers =
    "prometheus_notifications_alertmanagers_discovered";

/// For so long after its start, or a reload, it may know of none yet: it gathers targets for 5 s
/// before it takes them over (its discovery/manager.go).
constexpr std::chrono::seconds longest_discovery{10};

}  // namespace seadragon::alerts
