/// Alertmanager's configuration, made of the shipped one.
#pragma once

#include <string>

#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

/// The shipped alertmanager.yml with the mail server, the recipients and the receiver of the
/// watchdog that the settings name. `password_file` is where Alertmanager will find the password.
/// Without what a mail takes its receiver of mails has nobody.
std::string routes_text(const Settings& settings, const std::string& password_file);

}  // namespace seadragon::alerts
