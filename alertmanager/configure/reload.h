/// Has running programs take a new configuration, and looks whether they did.
#pragma once

#include <chrono>
#include <string>

#include "alertmanager/configure/discovery.h"
#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

struct Reload {
  enum class Result {
    taken,        ///< It runs with our files.
    not_running,  ///< Nothing answers at its URL.
    elsewhere,    ///< It runs, but not with all that our files need.
    not_allowed,  ///< It does not let itself be reloaded over HTTP.
    failed,       ///< It refused our files.
  };
  Result result;
  std::string told;  ///< What to say of it, and what to do next.
};

/// Alertmanager, which is to run with FOLDER/alertmanager.yml, whose text is given: that it runs
/// with exactly this one is known by the hash that it serves.
Reload reload_alertmanager(const Settings::Alertmanager& alertmanager, const std::string& folder,
                           const std::string& text);

/// Prometheus, which is to read views and rules of the folder, among others, and to send to an
/// Alertmanager. A reload makes it look for those anew, and it may take `patience_for_discovery` to
/// find one.
Reload reload_prometheus(const Settings& settings, const std::string& folder,
                         std::chrono::milliseconds patience_for_discovery = longest_discovery);

/// The lines that prometheus.yml needs for that, indented; no line end behind the last one.
std::string lines_of_prometheus(const Settings& settings, const std::string& folder);

}  // namespace seadragon::alerts
