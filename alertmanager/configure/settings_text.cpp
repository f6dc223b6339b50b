#include "alertmanager/configure/settings_text.h"

#include <string_view>

#include <nlohmann/json.hpp>

#include "alertmanager/configure/settings_table.h"

namespace seadragon::alerts {
namespace {

/// YAML's double-quoted text has all escapes of JSON (YAML 1.2.2, 5.7). A user name that is no
/// UTF-8 has none; its bytes are replaced, which the reader of a mail server's answer has to see.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// A number as one; everything else in quotes, or a user name could be taken for nothing: null.
std::string yaml(const std::string& text) {
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? text : quoted(text);
}

}  // namespace

std::string settings_text(const Settings& settings, const std::string& password_file) {
  std::string text =
      "# The settings in force. Written by `seadragon-alerts configure`, which overwrites it; read "
      "by\n"
      "# `seadragon-alerts test-mail` and `seadragon-alerts status`.\n";
  std::string_view open_section;
  for (const Setting& setting : settings_table()) {
    const std::size_t dot = setting.key.find('.');
    const std::string_view section = setting.key.substr(0, dot);
    const std::string_view key = setting.key.substr(dot + 1);
    if (setting.key == "smtp.password") continue;
    const std::string value =
        setting.key == "smtp.password_file" ? password_file : setting.text(settings);
    if (section != open_section) text.append("\n").append(section).append(":\n");
    open_section = section;
    text.append("  ").append(key).append(": ").append(yaml(value)).append("\n");
  }
  text += settings.recipients.empty() ? "\nrecipients: []\n" : "\nrecipients:\n";
  for (const std::string& recipient : settings.recipients)
    text += "  - " + quoted(recipient) + '\n';
  if (settings.thresholds.empty()) return text;
  text += "\nthresholds:\n";
  for (const auto& [name, number] : settings.thresholds) text += "  " + name + ": " + number + '\n';
  return text;
}

}  // namespace seadragon::alerts
