#include "alertmanager/configure/configuration.h"

#include "alertmanager/configure/routes_text.h"
#include "alertmanager/configure/rules_text.h"
#include "alertmanager/configure/settings_text.h"
#include "alertmanager/configure/shipped_files.h"
#include "alertmanager/configure/spool_text.h"

namespace seadragon::alerts {
namespace {

ConfigurationFile open_file(std::string path, std::string text) {
  return {.path = std::move(path), .text = std::move(text), .secret = false, .owner = ""};
}

void add_spool(std::vector<ConfigurationFile>& files, const Settings& settings,
               const ConfigurationPlaces& places) {
  const SpoolPlaces spool{.configuration = spool_configuration(places.folder),
                          .directory = places.spool_directory};
  files.push_back(open_file("postfix/main.cf", spool_main_text(settings, spool)));
  files.push_back(open_file("postfix/master.cf", spool_master_text(settings)));
  files.push_back({.path = "postfix/sasl_passwd",
                   .text = spool_login_text(settings),
                   .secret = true,
                   .owner = ""});
}

}  // namespace

std::string spool_configuration(const std::string& folder) { return folder + "/postfix"; }

std::vector<ConfigurationFile> configuration(const Settings& settings,
                                             const ConfigurationPlaces& places) {
  const std::string password_file = places.folder + "/smtp_password";
  std::vector<ConfigurationFile> files;
  for (const ShippedFile& shipped : shipped_files()) {
    const std::string path(shipped.path);
    if (path.starts_with("rules/")) {
      files.push_back(open_file(path, rules_text(shipped.text, settings)));
    } else if (path.starts_with("views/") || path.starts_with("templates/")) {
      files.push_back(open_file(path, std::string(shipped.text)));
    }
  }
  // Whoever knows the switch can keep it from telling. Alertmanager 0.25 takes its address from no
  // file of its own (url_file).
  const bool has_secret = !settings.watchdog_url.empty();
  files.push_back({.path = "alertmanager.yml",
                   .text = routes_text(settings, password_file),
                   .secret = has_secret,
                   .owner = has_secret ? settings.alertmanager.user : ""});
  files.push_back({.path = "alerting.yml",
                   .text = settings_text(settings, settings.sends_mail() ? password_file : ""),
                   .secret = has_secret,
                   .owner = ""});
  if (!settings.sends_mail()) return files;
  // With a spool Alertmanager never sees the password; the spool and the test mail read it as root.
  files.push_back({.path = "smtp_password",
                   .text = settings.smtp.password,
                   .secret = true,
                   .owner = settings.spools() ? "" : settings.alertmanager.user});
  if (settings.spools()) add_spool(files, settings, places);
  return files;
}

}  // namespace seadragon::alerts
