#include "alertmanager/configure/validation.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "alertmanager/configure/child_program.h"
#include "alertmanager/configure/configuration.h"
#include "alertmanager/configure/exchanged_folder.h"
#include "alertmanager/configure/spool_instance.h"

namespace seadragon::alerts {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void run_check(const std::string& what, const std::vector<std::string>& command) {
  const ProgramEnd end = run_program(command);
  if (end.status == 0) return;
  throw std::runtime_error(what + " refuses the new configuration:\n" + end.output);
}

void check_rules(const std::string& folder) {
  std::vector<std::string> command = {find_program("promtool"), "check", "rules", "--lint=all",
                                      "--lint-fatal"};
  for (const char* const kind : {"/views", "/rules"}) {
    for (const auto& file : fs::directory_iterator(folder + kind)) {
      command.push_back(file.path().string());
    }
  }
  std::sort(command.begin() + 5, command.end());
  run_check("promtool", command);
}

json sample_alert(const std::string& status) {
  return {{"status", status},
          {"labels",
           {{"alertname", "SeadragonHostCpuHigh"},
            {"severity", "warning"},
            {"job", "seadragon-exporter"},
            {"instance", "llm1"}}},
          {"annotations",
           {{"title", "High CPU Usage"},
            {"summary", "The CPUs of llm1 are almost fully busy."},
            {"description", "CPU usage is at 93.2%, which is above the 90% threshold."},
            {"runbook_url", "http://prometheus.example.org/user/runbook.html#seadragonhostcpuhigh"},
            {"dashboard_url", "http://prometheus.example.org/user/?dashboard=seadragon-host"}}},
          {"startsAt", "2026-01-02T03:04:05.678Z"},
          {"endsAt", status == "firing" ? "0001-01-01T00:00:00Z" : "2026-01-02T03:08:10.123Z"},
          {"generatorURL", "http://prometheus.example.org/graph"},
          {"fingerprint", "0"}};
}

/// As Alertmanager gives it to a template (template.Data).
json sample_notification(const std::string& status) {
  const json alert = sample_alert(status);
  return {{"receiver", "mail"},
          {"status", status},
          {"alerts", {alert}},
          {"groupLabels", alert["labels"]},
          {"commonLabels", alert["labels"]},
          {"commonAnnotations", alert["annotations"]},
          {"externalURL", "http://alertmanager.example.org"}};
}

void check_mails(const std::string& folder, const std::string& workplace) {
  for (const std::string status : {"firing", "resolved"}) {
    const std::string sample = status + ".json";
    write_files(workplace, {{.path = sample,
                             .text = sample_notification(status).dump(),
                             .secret = false,
                             .owner = ""}});
    for (const std::string part : {"subject", "text", "html"}) {
      run_check("amtool", {find_program("amtool"), "template", "render",
                           "--template.glob=" + folder + "/templates/*.tmpl",
                           std::string("--template.type=") + (part == "html" ? "html" : "text"),
                           "--template.data=" + workplace + '/' + sample,
                           "--template.text={{ template \"seadragon." + part + "\" . }}"});
    }
  }
}

/// With folders of its own in the workplace: the real queue is not touched. Without the password,
/// which Postfix does not read before it runs.
void check_spool(const Settings& settings, const std::string& workplace) {
  Settings trial = settings;
  trial.smtp.password = "unread";
  const ConfigurationPlaces places{.folder = workplace, .spool_directory = workplace + "/spool"};
  std::vector<ConfigurationFile> files = configuration(trial, places);
  std::erase_if(files,
                [](const ConfigurationFile& file) { return !file.path.starts_with("postfix/"); });
  write_files(workplace, files);
  const SpoolInstance spool(spool_configuration(workplace), places.spool_directory);
  if (::geteuid() == 0) {
    spool.prepare();
  } else {
    spool.check_syntax();
  }
}

}  // namespace

Faults missing_programs(const Settings& settings) {
  Faults faults;
  const auto need = [&](const std::string& program, const std::string& package) {
    if (!find_program(program).empty()) return;
    faults.push_back(program + " is not installed: apt install " + package);
  };
  need("promtool", "prometheus");
  need("amtool", "prometheus-alertmanager");
  if (settings.spools()) {
    need("postfix", "postfix libsasl2-modules");
    if (!SpoolInstance::can_log_in()) {
      faults.emplace_back(
          "Postfix cannot log in to a mail server without the mechanisms of SASL: apt install "
          "libsasl2-modules");
    }
  }
  return faults;
}

void validate(const Settings& settings, const std::string& folder, const std::string& workplace) {
  check_rules(folder);
  run_check("amtool", {find_program("amtool"), "check-config", folder + "/alertmanager.yml"});
  check_mails(folder, workplace);
  if (settings.spools()) check_spool(settings, workplace);
}

}  // namespace seadragon::alerts
