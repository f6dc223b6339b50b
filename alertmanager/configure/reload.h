/// Has running programs take a new configuration, and looks whether they did.
#pragma once

#include <string>

#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

struct Reload {
  enum class Result {
    taken,        ///< It runs with our files.
    not_running,  ///< Nothing answers at its URL.
    elsewhere,    ///< It runs, but with files of others.
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

/// Prometheus, which is to read FOLDER/rules/*.yml among others.
Reload reload_prometheus(const Settings::Prometheus& prometheus, const std::string& folder);

}  // namespace seadragon::alerts
