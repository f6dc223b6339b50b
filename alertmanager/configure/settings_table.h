/// The settings by name: what the YAML file, the environment, the file with the settings in force
/// and the documentation know about them stands in one list.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "alertmanager/configure/settings.h"
#include "lib/src/strict_yaml.h"

namespace seadragon::alerts {

using monitoring::detail::SecretRefused;

struct Setting {
  std::string_view key;       ///< `smtp.server`, as in the YAML file.
  std::string_view variable;  ///< `SMTP_SERVER`; empty: the environment has none.
  /// Throws std::invalid_argument that says what the value must be, or SecretRefused.
  void (*assign)(Settings& settings, std::string_view text);
  /// As assign() takes it.
  std::string (*text)(const Settings& settings);
};

/// All but recipients and thresholds, which are a list and a mapping.
std::span<const Setting> settings_table();

inline constexpr std::string_view recipients_variable = "ALERT_RECIPIENTS";

/// Addresses separated by commas, as ALERT_RECIPIENTS has them; each once, however often it is
/// there. Throws std::invalid_argument that says what is wrong.
void assign_recipients(Settings& settings, std::string_view text);

/// Adds one. Throws as assign_recipients().
void add_recipient(Settings& settings, std::string_view address);

/// A limit of alertmanager/rules/thresholds.yml by its name, `cpu_percent`, that the file has.
/// Throws std::invalid_argument that says what the number must be.
void assign_threshold(Settings& settings, const std::string& name, std::string_view text);

}  // namespace seadragon::alerts
