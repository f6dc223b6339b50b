/// The settings in force, as the file from which later runs read them.
#pragma once

#include <string>

#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

/// Every key, in YAML. Never the password: `password_file` names where it
/// is, empty where there is none.
std::string settings_text(const Settings& settings, const std::string& password_file);

}  // namespace seadragon::alerts
