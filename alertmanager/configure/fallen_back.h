/// Settings that a run without their file would lose.
#pragma once

#include "alertmanager/configure/settings.h"
#include "alertmanager/configure/settings_reader.h"

namespace seadragon::alerts {

/// A line for each setting that is not the default in those in force and is in `next`:
/// `cpu_percent is 97 and would be 90 again`. The password and where it is kept are passed over,
/// and the address of the switch is not shown.
Faults fallen_back(const Settings& in_force, const Settings& next);

}  // namespace seadragon::alerts
