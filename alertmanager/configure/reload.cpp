#include "alertmanager/configure/reload.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "alertmanager/configure/alert_answers.h"
#include "alertmanager/configure/web_request.h"

namespace seadragon::alerts {
namespace {

using Result = Reload::Result;
using nlohmann::json;

constexpr std::chrono::seconds patience{10};
constexpr long ok = 200, unauthorized = 401, forbidden = 403;

/// What Alertmanager serves as alertmanager_config_hash: the first 6 bytes of the MD5 of its file,
/// as a number whose lowest byte is first (its config/coordinator.go).
double hash_of(const std::string& text) {
  constexpr std::size_t bytes = 6;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL has no MD5, which Alertmanager names its configuration by");
  }
  std::uint64_t number = 0;
  for (std::size_t i = bytes; i > 0; --i) number = number << 8U | digest[i - 1];
  return static_cast<double>(number);
}

/// Without the line end of the answer of a program in Go.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

struct Program {
  std::string name;
  std::string url;
  std::string_view took_it;  ///< The metric that is 1 when the last reload was good.
  std::string start;         ///< How to start it with our files.
};

/// nullopt when the reload was good as far as the program says.
std::optional<Reload> reload(const Program& program) {
  try {
    get(program.url + "/metrics", patience);
  } catch (const std::runtime_error& failure) {
    return Reload{Result::not_running, program.name + " is not running at " + program.url + " (" +
                                           failure.what() + "); start it by\n  " + program.start +
                                           "\n(docs/alerts.md#by-hand has all flags that matter)"};
  }
  try {
    const WebAnswer answer = post(program.url + "/-/reload", "", patience);
    if (answer.status == unauthorized) {
      return Reload{Result::not_allowed, program.name + " at " + program.url +
                                             " wants a login to be reloaded: send it SIGHUP"};
    }
    if (answer.status == forbidden) {
      return Reload{Result::not_allowed,
                    program.name +
                        " lets nobody reload it over HTTP: send it SIGHUP, by `systemctl reload "
                        "prometheus` say, or start it with --web.enable-lifecycle"};
    }
    if (answer.status != ok) {
      return Reload{Result::failed,
                    program.name + " does not take the files: " + one_line(answer.body)};
    }
    const std::string page = get(program.url + "/metrics", patience).body;
    if (series_value(page, program.took_it) != 1) {
      return Reload{Result::failed, program.name + " answered the reload, but its " +
                                        std::string(program.took_it) + " is not 1"};
    }
  } catch (const std::runtime_error& failure) {
    return Reload{Result::failed, program.name + ": " + failure.what()};
  }
  return std::nullopt;
}

/// The paths of the rule files that it has read, from GET /api/v1/rules (docs/querying/api.md of
/// Prometheus 2.42).
std::vector<std::string> rule_files_on(const std::string& page) {
  const json answer = json::parse(page, nullptr, false);
  const json::json_pointer groups("/data/groups"), file("/file");
  std::vector<std::string> files;
  if (!answer.is_object() || !answer.contains(groups)) return files;
  for (const json& group : answer.at(groups)) {
    if (!group.is_object() || !group.contains(file) || !group.at(file).is_string()) continue;
    files.push_back(group.at(file).get<std::string>());
  }
  return files;
}

/// The first of the folders of which it has read no file.
std::optional<std::string> unread_folder(const std::vector<std::string>& files,
                                         const std::string& folder) {
  for (const char* const part : {"/views/", "/rules/"}) {
    const auto is_inside = [place = folder + part](const std::string& file) {
      return file.starts_with(place);
    };
    if (std::ranges::none_of(files, is_inside)) return folder + part;
  }
  return std::nullopt;
}

bool finds_an_alertmanager(const std::string& url, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    const std::string page = get(url + "/metrics", patience).body;
    if (series_value(page, found_alertmanagers).value_or(0) > 0) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

}  // namespace

Reload reload_alertmanager(const Settings::Alertmanager& alertmanager, const std::string& folder,
                           const std::string& text) {
  const std::string file = folder + "/alertmanager.yml";
  const Program program{.name = "Alertmanager",
                        .url = alertmanager.url,
                        .took_it = "alertmanager_config_last_reload_successful",
                        .start = "prometheus-alertmanager --config.file=" + file +
                                 " --cluster.listen-address= --data.maintenance-interval=1m"};
  if (auto outcome = reload(program)) return *outcome;
  const std::string page = get(program.url + "/metrics", patience).body;
  if (series_value(page, "alertmanager_config_hash") != hash_of(text)) {
    return {Result::elsewhere, "Alertmanager at " + program.url +
                                   " runs with another file: start it with --config.file=" + file};
  }
  return {Result::taken, "Alertmanager has taken " + file};
}

Reload reload_prometheus(const Settings& settings, const std::string& folder,
                         std::chrono::milliseconds patience_for_discovery) {
  const std::string& url = settings.prometheus.url;
  const Program program{.name = "Prometheus",
                        .url = url,
                        .took_it = "prometheus_config_last_reload_successful",
                        .start =
                            "prometheus --config.file=/etc/prometheus/prometheus.yml "
                            "--storage.tsdb.retention.time=35d --rules.alert.for-grace-period=0s "
                            "--web.enable-lifecycle"};
  if (auto outcome = reload(program)) return *outcome;
  const auto elsewhere = [&](const std::string& lack) {
    return Reload{Result::elsewhere, "Prometheus at " + url + ' ' + lack +
                                         ": its prometheus.yml needs\n" +
                                         lines_of_prometheus(settings, folder)};
  };
  const auto files = rule_files_on(get(url + "/api/v1/rules", patience).body);
  if (const auto unread = unread_folder(files, folder)) {
    return elsewhere("does not read " + *unread + "*.yml");
  }
  if (!finds_an_alertmanager(url, patience_for_discovery)) {
    return elsewhere("sends to no Alertmanager");
  }
  return {Result::taken, "Prometheus has taken " + folder + "/views/*.yml and " + folder +
                             "/rules/*.yml, and sends to an Alertmanager"};
}

std::string lines_of_prometheus(const Settings& settings, const std::string& folder) {
  const std::string& url = settings.alertmanager.url;
  return "  rule_files: [" + folder + "/views/*.yml, " + folder +
         "/rules/*.yml]\n  alerting: {alertmanagers: [{static_configs: [{targets: [" +
         url.substr(url.find("//") + 2) + "]}]}]}";
}

}  // namespace seadragon::alerts
