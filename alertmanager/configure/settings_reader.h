/// Settings as a file in YAML and the environment say them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

/// What was wrong, a line each: where it stands, what it must be.
using Faults = std::vector<std::string>;

/// The value of a variable; nullopt where it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// That of the process. One thread at a time that changes it.
std::optional<std::string> process_environment(std::string_view name);

/// Whether a password in a file of its own is wanted; not everybody may read it.
enum class Password { read, not_needed };

/// Reads YAML over the defaults. `file_name` is for messages: `alerting.yml:7: unknown key
/// "recipient", did you mean "recipients"?` Goes on behind each fault, so that all are told at
/// once. nullopt for what is no YAML with keys: then nobody knows what was meant to be set.
std::optional<Settings> parse_settings(std::string_view text, const std::string& file_name,
                                       Faults& faults);

/// The settings of `file` (empty: there is none) and over them the variables SMTP_SERVER,
/// SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD and ALERT_RECIPIENTS; one that is empty counts as not
/// set. A password that is in a file of its own is read. A file that holds a password itself must
/// not be readable by everybody. nullopt as of parse_settings(), or when it cannot be read at all.
std::optional<Settings> read_settings(const std::string& file, const Environment& environment,
                                      Faults& faults, Password password = Password::read);

}  // namespace seadragon::alerts
