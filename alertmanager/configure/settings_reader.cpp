#include "alertmanager/configure/settings_reader.h"

#include <cstdlib>
#include <stdexcept>

#include <sys/stat.h>

#include "alertmanager/configure/rules_text.h"
#include "alertmanager/configure/settings_table.h"
#include "alertmanager/configure/values.h"
#include "lib/src/in_quotes.h"
#include "lib/src/read_file.h"
#include "lib/src/strict_yaml.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::assign_text;
using monitoring::detail::in_quotes;
using monitoring::detail::read_file;
using monitoring::detail::YamlValue;

void read_recipients(const YamlValue& value, Settings& settings) {
  const auto refuse = [](const YamlValue& place, const std::invalid_argument& refusal) {
    place.fail(place.path() + ' ' + refusal.what());
  };
  if (value.is_text()) {
    try {
      assign_recipients(settings, value.text());
    } catch (const std::invalid_argument& refusal) {
      refuse(value, refusal);
    }
    return;
  }
  settings.recipients.clear();
  for (const YamlValue& item : value.items()) {
    try {
      add_recipient(settings, item.text());
    } catch (const std::invalid_argument& refusal) {
      refuse(item, refusal);
    }
  }
}

YamlValue::Readers threshold_readers(Settings& settings) {
  YamlValue::Readers readers;
  for (const std::string& name : threshold_names()) {
    readers.emplace(name, [&settings, name](const YamlValue& value) {
      assign_text(value, [&](std::string_view text) { assign_threshold(settings, name, text); });
    });
  }
  return readers;
}

/// The keys of each section of the table.
std::map<std::string, YamlValue::Readers, std::less<>> table_readers(Settings& settings) {
  std::map<std::string, YamlValue::Readers, std::less<>> sections;
  for (const Setting& setting : settings_table()) {
    const std::size_t dot = setting.key.find('.');
    sections[std::string(setting.key.substr(0, dot))].emplace(
        setting.key.substr(dot + 1), [&settings, &setting](const YamlValue& value) {
          assign_text(value, [&](std::string_view text) { setting.assign(settings, text); });
        });
  }
  return sections;
}

void read_document(const YamlValue& document, Settings& settings, Faults& faults) {
  const auto sections = table_readers(settings);
  YamlValue::Readers readers;
  for (const auto& section : sections) {
    readers.emplace(section.first,
                    [&](const YamlValue& value) { value.read(section.second, faults); });
  }
  // `spool: postfix` says it all.
  readers["spool"] = [&](const YamlValue& value) {
    const YamlValue::Readers& keys = sections.at("spool");
    if (value.is_text()) {
      keys.at("program")(value);
    } else {
      value.read(keys, faults);
    }
  };
  readers["thresholds"] = [&](const YamlValue& value) {
    value.read(threshold_readers(settings), faults);
  };
  readers["recipients"] = [&](const YamlValue& value) { read_recipients(value, settings); };
  document.read(readers, faults);
}

bool everybody_may_read(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

void refuse_open_secret(const std::string& file, const Settings& settings, Faults& faults) {
  if (settings.smtp.password.empty()) return;
  if (everybody_may_read(file)) {
    faults.push_back(file + " holds a password and may be read by everybody: chmod 600 " + file +
                     ", or put the password into a file of its own and name it as "
                     "smtp.password_file");
  }
  if (!settings.smtp.password_file.empty()) {
    faults.push_back(file + " has both smtp.password and smtp.password_file; keep one of them");
  }
}

void read_environment(const Environment& environment, Settings& settings, Faults& faults) {
  const auto assign = [&](std::string_view variable, const auto& take) {
    const auto value = environment(variable);
    if (!value || value->empty()) return;
    const std::string name(variable);
    try {
      take(*value);
    } catch (const SecretRefused& refusal) {
      faults.push_back(name + ' ' + refusal.what());
    } catch (const std::invalid_argument& refusal) {
      const bool quotes_part = variable == recipients_variable;
      faults.push_back(name + ' ' + refusal.what() +
                       (quotes_part ? "" : ", not " + in_quotes(*value)));
    }
  };
  for (const Setting& setting : settings_table()) {
    if (setting.variable.empty()) continue;
    assign(setting.variable, [&](const std::string& text) { setting.assign(settings, text); });
  }
  assign(recipients_variable, [&](const std::string& text) { assign_recipients(settings, text); });
}

void read_password_file(Settings& settings, Faults& faults) {
  const std::string& file = settings.smtp.password_file;
  if (file.empty() || !settings.smtp.password.empty()) return;
  try {
    std::string password = read_file(file);
    if (password.ends_with('\n')) password.pop_back();
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty()) {
      faults.push_back("smtp.password_file " + file + " is empty");
    } else if (!is_one_line(password)) {
      faults.push_back("smtp.password_file " + file +
                       " must hold one line without control characters: the password");
    } else {
      settings.smtp.password = std::move(password);
    }
  } catch (const std::runtime_error& failure) {
    faults.push_back("smtp.password_file " + std::string(failure.what()));
  }
}

}  // namespace

std::optional<std::string> process_environment(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<Settings> parse_settings(std::string_view text, const std::string& file_name,
                                       Faults& faults) {
  Settings settings;
  try {
    read_document(YamlValue::parse(std::string(text), file_name), settings, faults);
  } catch (const std::runtime_error& refusal) {
    faults.emplace_back(refusal.what());
    return std::nullopt;
  }
  return settings;
}

std::optional<Settings> read_settings(const std::string& file, const Environment& environment,
                                      Faults& faults, Password password) {
  std::optional<Settings> settings;
  try {
    settings = file.empty() ? Settings() : parse_settings(read_file(file), file, faults);
  } catch (const std::runtime_error& failure) {
    faults.emplace_back(failure.what());
  }
  if (!settings) {
    Settings of_environment;
    read_environment(environment, of_environment, faults);
    return std::nullopt;
  }
  if (!file.empty()) refuse_open_secret(file, *settings, faults);
  read_environment(environment, *settings, faults);
  if (password == Password::read) read_password_file(*settings, faults);
  return settings;
}

}  // namespace seadragon::alerts
