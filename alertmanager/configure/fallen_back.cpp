#include "alertmanager/configure/fallen_back.h"

#include <string>
#include <string_view>

#include "alertmanager/configure/rules_text.h"
#include "alertmanager/configure/settings_table.h"
#include "lib/src/in_quotes.h"

namespace seadragon::alerts {
namespace {

std::string loss(std::string_view name, const std::string& value, const std::string& initial) {
  const std::string next = initial.empty() ? "nothing" : monitoring::detail::in_quotes(initial);
  return std::string(name) + " is " + monitoring::detail::in_quotes(value) + " and would be " +
         next + " again";
}

}  // namespace

Faults fallen_back(const Settings& in_force, const Settings& next) {
  const Settings defaults;
  Faults faults;
  for (const Setting& setting : settings_table()) {
    if (setting.key.starts_with("smtp.password")) continue;
    const std::string initial = setting.text(defaults), value = setting.text(in_force);
    if (value == initial || setting.text(next) != initial) continue;
    faults.push_back(setting.key == "watchdog.url"
                         ? "watchdog.url is set and would be nothing again"
                         : loss(setting.key, value, initial));
  }
  for (const auto& [name, value] : in_force.thresholds) {
    const std::string initial = shipped_threshold(name);
    if (value == initial || next.thresholds.contains(name)) continue;
    faults.push_back(loss("thresholds." + name, value, initial));
  }
  return faults;
}

}  // namespace seadragon::alerts
