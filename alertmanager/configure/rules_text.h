/// The shipped rules, with the limits and links that the settings ask for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

/// The limits of the shipped rules/thresholds.yml, in its order: `cpu_percent` for
/// `seadragon:threshold:cpu_percent`.
std::vector<std::string> threshold_names();

/// What the shipped file has for one of them, as text: `90`.
std::string shipped_threshold(std::string_view name);

/// The text of a rule file after the settings. What they do not name stays as it is, comments too.
std::string rules_text(std::string_view shipped, const Settings& settings);

}  // namespace seadragon::alerts
