#include "alertmanager/configure/reload.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "alertmanager/configure/web_request.h"

namespace seadragon::alerts {
namespace {

using Result = Reload::Result;
using nlohmann::json;

constexpr std::chrono::seconds patience{10};
constexpr long ok = 200, unauthorized = 401, forbidden = 403;

/// The value of a series without labels in the text format; nullopt where it is not on the page.
std::optional<double> value_of(std::string_view page, std::string_view name) {
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    const std::string_view line = page.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(name) || line.substr(name.size(), 1) != " ") continue;
    double value = 0;
    const char* const start = line.data() + name.size() + 1;
    const auto parsed = std::from_chars(start, line.data() + line.size(), value);
    if (parsed.ec == std::errc()) return value;
  }
  return std::nullopt;
}

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
                                           failure.what() + "); start it by\n  " + program.start};
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
                        " lets nobody reload it over HTTP: send it SIGHUP, by `systemctl "
                        "reload prometheus` say, or start it with "
                        "--web.enable-lifecycle"};
    }
    if (answer.status != ok) {
      return Reload{Result::failed,
                    program.name + " does not take the files: " + one_line(answer.body)};
    }
    const std::string page = get(program.url + "/metrics", patience).body;
    if (value_of(page, program.took_it) != 1) {
      return Reload{Result::failed, program.name + " answered the reload, but its " +
                                        std::string(program.took_it) + " is not 1"};
    }
  } catch (const std::runtime_error& failure) {
    return Reload{Result::failed, program.name + ": " + failure.what()};
  }
  return std::nullopt;
}

/// Whether one of the rule files that it has read is in the folder.
bool reads_rules_of(const std::string& page, const std::string& folder) {
  const json answer = json::parse(page, nullptr, false);
  const json::json_pointer groups("/data/groups"), file("/file");
  if (!answer.is_object() || !answer.contains(groups)) return false;
  for (const json& group : answer.at(groups)) {
    if (!group.is_object() || !group.contains(file) || !group.at(file).is_string()) continue;
    if (group.at(file).get<std::string>().starts_with(folder + "/rules/")) return true;
  }
  return false;
}

}  // namespace

Reload reload_alertmanager(const Settings::Alertmanager& alertmanager, const std::string& folder,
                           const std::string& text) {
  const std::string file = folder + "/alertmanager.yml";
  const Program program{
      .name = "Alertmanager",
      .url = alertmanager.url,
      .took_it = "alertmanager_config_last_reload_successful",
      .start = "prometheus-alertmanager --config.file=" + file + " --cluster.listen-address="};
  if (auto outcome = reload(program)) return *outcome;
  const std::string page = get(program.url + "/metrics", patience).body;
  if (value_of(page, "alertmanager_config_hash") != hash_of(text)) {
    return {Result::elsewhere, "Alertmanager at " + program.url +
                                   " runs with another file: start it with --config.file=" + file};
  }
  return {Result::taken, "Alertmanager has taken " + file};
}

Reload reload_prometheus(const Settings::Prometheus& prometheus, const std::string& folder) {
  const std::string files = folder + "/rules/*.yml";
  const Program program{.name = "Prometheus",
                        .url = prometheus.url,
                        .took_it = "prometheus_config_last_reload_successful",
                        .start =
                            "prometheus --config.file=/etc/prometheus/prometheus.yml "
                            "--rules.alert.for-grace-period=0s --web.enable-lifecycle"};
  if (auto outcome = reload(program)) return *outcome;
  if (!reads_rules_of(get(program.url + "/api/v1/rules", patience).body, folder)) {
    return {Result::elsewhere, "Prometheus at " + program.url +
                                   " does not read the rules: add to its prometheus.yml\n"
                                   "  rule_files: [" +
                                   files + "]"};
  }
  return {Result::taken, "Prometheus has taken " + files};
}

}  // namespace seadragon::alerts
