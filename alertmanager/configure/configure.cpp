#include "alertmanager/configure/configure.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <pwd.h>
#include <unistd.h>

#include "alertmanager/configure/completeness.h"
#include "alertmanager/configure/configuration.h"
#include "alertmanager/configure/exchanged_folder.h"
#include "alertmanager/configure/fallen_back.h"
#include "alertmanager/configure/interruption.h"
#include "alertmanager/configure/mail_ending.h"
#include "alertmanager/configure/reload.h"
#include "alertmanager/configure/spool_instance.h"
#include "alertmanager/configure/validation.h"
#include "alertmanager/configure/values.h"

namespace seadragon::alerts {
namespace {

namespace fs = std::filesystem;

/// Gone with the object.
class Workplace {
 public:
  Workplace() {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    if (error) throw std::runtime_error("TMPDIR names no folder");
    std::string pattern = (parent / "seadragon-alerts-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error(pattern + ": " + std::generic_category().message(errno));
    }
    path_ = pattern;
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string text_of(const std::vector<ConfigurationFile>& files, const std::string& path) {
  for (const ConfigurationFile& file : files) {
    if (file.path == path) return file.text;
  }
  throw std::logic_error(path + " is not among the files");
}

void warn_without_mail(const Settings& settings, const Report& report) {
  if (settings.sends_mail()) return;
  // In the words that people may search their logs for.
  report.warning("Alert email configuration not complete. Alert not sent.");
  for (const std::string& missing : missing_for_mail(settings)) report.warning(missing);
}

/// Without root a file cannot be given to another user.
void warn_of_owner(const std::vector<ConfigurationFile>& files, const Report& report) {
  if (::geteuid() == 0) return;
  for (const ConfigurationFile& file : files) {
    if (file.owner.empty()) continue;
    const passwd* const user = ::getpwnam(file.owner.c_str());
    if (user != nullptr && user->pw_uid == ::geteuid()) continue;
    report.warning(file.path + " is readable for the user of this run alone, and Alertmanager (" +
                   file.owner + ") has to read it: run as root, or as that user");
  }
}

/// No reason to refuse: where settings are checked, in a pipeline say, Alertmanager need not run.
void warn_of_missing_user(const std::vector<ConfigurationFile>& files, const Report& report) {
  const auto given = std::ranges::find_if(
      files, [](const ConfigurationFile& file) { return !file.owner.empty(); });
  if (given == files.end() || ::getpwnam(given->owner.c_str()) != nullptr) return;
  report.warning("this machine has no user " + given->owner +
                 ", whom alertmanager.user names: configure refuses that where it runs as root");
}

void prepare_spool(const Settings& settings, const std::string& folder, const Report& report) {
  if (!settings.spools()) return;
  const SpoolInstance spool(spool_configuration(folder), settings.spool.directory);
  spool.prepare();
  report.step("spool: checked by Postfix; waiting mails are in " + settings.spool.directory);
}

void reload_spool(const Settings& settings, const std::string& folder, const Report& report) {
  if (!settings.spools()) return;
  const SpoolInstance spool(spool_configuration(folder), settings.spool.directory);
  if (spool.runs()) {
    spool.reload();
    report.step("the spool has taken its configuration, and tries all waiting mails now");
  } else {
    report.warning(
        "the spool is not running: start it by `systemctl enable --now seadragon-spool`, or\n  " +
        spool.start_command());
  }
}

void tell(const Reload& reload, const Report& report) {
  switch (reload.result) {
    case Reload::Result::taken:
      report.step(reload.told);
      break;
    case Reload::Result::not_running:
    case Reload::Result::elsewhere:
    case Reload::Result::not_allowed:
      report.warning(reload.told);
      break;
    case Reload::Result::failed:
      throw std::runtime_error(reload.told);
  }
}

/// Whether Prometheus could be asked what it reads. Throws when one of the programs refuses the
/// files.
bool reload_programs(const Settings& settings, const std::string& folder, const std::string& routes,
                     const Report& report) {
  tell(reload_alertmanager(settings.alertmanager, folder, routes), report);
  const Reload prometheus = reload_prometheus(settings, folder);
  tell(prometheus, report);
  return prometheus.result == Reload::Result::taken ||
         prometheus.result == Reload::Result::elsewhere;
}

/// Puts the old content back into force, where running programs had begun to use the new one. What
/// fails then keeps nothing else from being told.
void take_back(ExchangedFolder& folder, const Settings& settings, const ConfigureOptions& options,
               const Report& report) {
  folder.undo();
  report.warning("the files are again as they were before");
  if (!options.reload || !fs::exists(folder.path())) return;
  const auto attempt = [&](const auto& program) {
    try {
      program();
    } catch (const std::exception& failure) {
      report.warning(failure.what());
    }
  };
  attempt([&] { reload_alertmanager(settings.alertmanager, folder.path(), ""); });
  attempt([&] { reload_prometheus(settings, folder.path(), std::chrono::milliseconds(0)); });
  attempt([&] {
    const SpoolInstance spool(spool_configuration(folder.path()), settings.spool.directory);
    if (fs::exists(spool_configuration(folder.path())) && spool.runs()) spool.reload();
  });
}

/// Whether the user of this run may make the folder, or exchange it.
bool may_be_made(const fs::path& folder) {
  fs::path parent = fs::absolute(folder).lexically_normal();
  if (!parent.has_filename()) parent = parent.parent_path();
  std::error_code ignored;
  do {
    parent = parent.parent_path();
  } while (!fs::exists(parent, ignored) && parent.has_relative_path());
  return ::access(parent.c_str(), W_OK | X_OK) == 0;
}

/// Settings in force that nobody gave this time, and that would be lost.
Faults fallen_back_from(const std::string& file, const Settings& settings) {
  Faults unreadable;
  const std::optional<Settings> in_force = read_settings(
      file, [](std::string_view) { return std::nullopt; }, unreadable, Password::not_needed);
  if (!in_force || !unreadable.empty()) return {};
  Faults faults = fallen_back(*in_force, settings);
  if (!faults.empty()) {
    faults.push_back("to keep what is in force, name its file: --config.file=" + file +
                     ", over which the environment stands; to begin anew, --config.file=/dev/null");
  }
  return faults;
}

/// Its mails would wait where nobody looks.
void warn_of_left_spool(const Settings& settings, const std::string& folder, const Report& report) {
  if (settings.spools() || !fs::exists(spool_configuration(folder))) return;
  report.warning(
      "the spool that was set up before is not used any more, and loses its configuration: mails "
      "that wait in it are not sent; stop it by `systemctl disable --now seadragon-spool`");
}

void tell_next_steps(const Settings& settings, const std::string& folder, bool prometheus_was_asked,
                     const Report& report) {
  report.step("written to " + folder);
  const std::string named =
      folder == ConfigureOptions().output_folder ? "" : " --output.dir " + folder;
  if (settings.sends_mail()) report.step("next: seadragon-alerts test-mail" + named);
  if (settings.sends_mail() && !settings.spools()) report.step(std::string(loss_without_spool));
  if (prometheus_was_asked) return;
  report.step("prometheus.yml needs, if it does not have them yet:\n" +
              lines_of_prometheus(settings, folder));
}

}  // namespace

Faults faults_of(const Settings& settings, const Faults& refused, const ConfigureOptions& options) {
  Faults faults = refused;
  std::ranges::copy(contradictions(settings, refused), std::back_inserter(faults));
  if (!options.allow_no_mail) {
    std::ranges::copy(missing_for_mail(settings, refused), std::back_inserter(faults));
  }
  if (settings.spools() && options.writes && ::geteuid() != 0) {
    faults.emplace_back("a Postfix spool can be set up by root alone: run as root");
  }
  if (options.writes && !may_be_made(options.output_folder)) {
    faults.push_back("the user of this run may not write to " + options.output_folder +
                     ": run as root, or choose another folder by --output.dir");
  }
  const std::string output = resolved_path(options.output_folder);
  if (settings.spools() &&
      (resolved_path(settings.spool.directory) + '/').starts_with(output + '/')) {
    faults.push_back("spool.directory " + settings.spool.directory + " is in " + output +
                     ", which is exchanged as a whole: choose one outside it");
  }
  if (!is_path(output)) {
    faults.push_back("--output.dir " + options.output_folder +
                     " has a blank, a quote, a comma, a backslash, $ or a brace, which not all "
                     "files can name");
  }
  // What is wrong is told first: a value that was refused looks like one that nobody gave.
  if (faults.empty() && options.writes && !options.has_config_file) {
    return fallen_back_from(output + "/alerting.yml", settings);
  }
  return faults;
}

void check(const Settings& settings, const ConfigureOptions& options, const Report& report) {
  warn_without_mail(settings, report);
  const Interruption interruption;
  interruption.put_off();
  const Workplace workplace;
  // The programs that check want a file there, and none of them reads what is in it.
  Settings trial_settings = settings;
  if (settings.sends_mail()) trial_settings.smtp.password = "unread";
  std::vector<ConfigurationFile> files =
      configuration(trial_settings,
                    {.folder = options.output_folder, .spool_directory = settings.spool.directory});
  warn_of_missing_user(files, report);
  for (ConfigurationFile& file : files) file.owner.clear();
  const std::string folder = workplace.path() + "/new", trial = workplace.path() + "/trial";
  fs::create_directory(folder);
  fs::create_directory(trial);
  write_files(folder, files);
  validate(settings, folder, trial);
  report.step("good: rules, routes and mails" +
              std::string(settings.spools() ? ", and the spool" : ""));
}

void configure(const Settings& settings, const ConfigureOptions& options, const Report& report) {
  warn_without_mail(settings, report);
  const Interruption interruption;  // outlives the folder, which has to be tidied up
  ExchangedFolder folder(options.output_folder,
                         [&] { report.step("waiting for another run of seadragon-alerts"); });
  interruption.put_off();
  const std::vector<ConfigurationFile> files = configuration(
      settings, {.folder = folder.path(), .spool_directory = settings.spool.directory});
  folder.write(files);
  validate(settings, folder.beside(), folder.workplace());
  report.step("checked: rules, routes and mails");
  interruption.check();

  warn_of_left_spool(settings, folder.path(), report);
  folder.exchange();
  bool prometheus_was_asked = false;
  try {
    prepare_spool(settings, folder.path(), report);
    interruption.check();
    if (options.reload) {
      reload_spool(settings, folder.path(), report);
      interruption.check();
      prometheus_was_asked =
          reload_programs(settings, folder.path(), text_of(files, "alertmanager.yml"), report);
      interruption.check();
    }
  } catch (const std::exception& failure) {
    report.warning(failure.what());
    take_back(folder, settings, options, report);
    throw std::runtime_error("nothing was changed");
  }
  warn_of_owner(files, report);
  tell_next_steps(settings, folder.path(), prometheus_was_asked, report);
}

}  // namespace seadragon::alerts
