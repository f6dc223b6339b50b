/// Has the programs that will read a configuration check it first.
#pragma once

#include <string>

#include "alertmanager/configure/settings.h"
#include "alertmanager/configure/settings_reader.h"

namespace seadragon::alerts {

/// The programs that validate() needs and that are not installed, a line each with the Debian
/// package.
Faults missing_programs(const Settings& settings);

/// Checks the rules with promtool, the routes with amtool, every template by rendering a mail that
/// fires and one that is resolved (amtool check-config finds no fault of run time, and such a fault
/// sends empty mails without end), and the spool with Postfix. Writes into `workplace` alone, an
/// empty folder that exists. Throws std::runtime_error with what the program said.
void validate(const Settings& settings, const std::string& folder, const std::string& workplace);

}  // namespace seadragon::alerts
