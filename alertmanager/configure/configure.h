/// `seadragon-alerts configure` and `check`: from settings to programs that run with them.
#pragma once

#include <functional>
#include <string>

#include "alertmanager/configure/exit_code.h"
#include "alertmanager/configure/settings.h"
#include "alertmanager/configure/settings_reader.h"

namespace seadragon::alerts {

/// Where a step, or a fault, is told: a line without its end.
struct Report {
  std::function<void(const std::string&)> step;
  std::function<void(const std::string&)> warning;
};

struct ConfigureOptions {
  std::string output_folder = "/etc/seadragon/alerting";
  bool has_config_file = false;  ///< Otherwise all that the environment does not say is a default.
  bool allow_no_mail = false;    ///< Alerts on pages only, rather than a refusal.
  bool reload = true;            ///< Whether running programs are told.
  bool writes = true;            ///< Whether anything outside a temporary folder is.
};

/// All that keeps these settings from being used: what was `refused` when they were read, and what
/// is wrong with the rest. Empty: they are good.
Faults faults_of(const Settings& settings, const Faults& refused, const ConfigureOptions& options);

/// Writes the files and has running programs read them, or changes nothing. Throws
/// std::runtime_error that says why nothing was changed.
void configure(const Settings& settings, const ConfigureOptions& options, const Report& report);

/// All that configure() does before it changes anything, in a temporary folder.
void check(const Settings& settings, const ConfigureOptions& options, const Report& report);

}  // namespace seadragon::alerts
