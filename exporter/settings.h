/// Every setting that holds a single value, once: its key in the file, its flag, and how the value
/// is read. Both ways in therefore accept the same texts and refuse them with the same words.
#pragma once

#include <span>
#include <string_view>

#include "exporter/config.h"
#include "lib/src/strict_yaml.h"

namespace seadragon::exporter {

using monitoring::detail::SecretRefused;

struct Setting {
  std::string_view key;   ///< `section.key` in the file.
  std::string_view flag;  ///< On the command line.
  std::string_view value_name;
  std::string_view help;
  std::string_view default_value;  ///< As it would be written.

  /// Throws std::invalid_argument that says what the value must be, or SecretRefused.
  void (*assign)(Config& config, std::string_view value);
};

std::span<const Setting> settings();

/// A setting that each server has: `name`, `process.command`. The single server's stand among
/// settings() too, as `server.name` and `process.command`.
struct ServerSetting {
  std::string_view key;
  void (*assign)(Config::Server& server, std::string_view value);  ///< As above.
};

std::span<const ServerSetting> server_settings();

/// Switches the collector on for `true` and off for `false`, as the section `collectors` does.
/// Throws std::invalid_argument for any other value. `name` is one of collector_names().
void assign_collector(Config& config, std::string_view name, std::string_view value);

}  // namespace seadragon::exporter
