#include "exporter/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "lib/src/comma_list.h"

namespace seadragon::exporter {
namespace {

using monitoring::LogLevel;
using monitoring::detail::split_list;
using std::chrono::milliseconds;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

std::optional<std::uint32_t> parse_whole(std::string_view text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// Without white space and control characters, which neither an address nor a path has in earnest.
bool is_one_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c != '\x7f'; });
}

/// No host means every address of the machine. Whether a host exists is found out when it is
/// listened on.
bool is_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = text.substr(0, colon);
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  if (host.find(':') != std::string_view::npos && !in_brackets) return false;
  const auto port = parse_whole(text.substr(colon + 1));
  return (host.empty() || is_one_word(host)) && port && *port <= 65535;
}

bool parse_flag(std::string_view value) {
  if (value != "true" && value != "false") refuse("must be true or false");
  return value == "true";
}

void assign_listen_address(Config& config, std::string_view value) {
  const std::vector<std::string> addresses = split_list(value);
  const auto is_address = [](std::string_view address) {
    return is_host_and_port(address) || (address.starts_with("unix:/") && is_one_word(address));
  };
  if (addresses.empty() || value.ends_with(',') || !std::ranges::all_of(addresses, is_address)) {
    refuse("must be HOST:PORT, such as 127.0.0.1:10301 or [::1]:10301, or unix:/PATH");
  }
  config.web.listen_address = value;
}

void assign_systemd_socket(Config& config, std::string_view value) {
  config.web.systemd_socket = parse_flag(value);
}

void assign_server_url(Config::Server& server, std::string_view value) {
  if (!value.empty()) {
    std::string_view rest = value;
    if (value.starts_with("http://")) rest.remove_prefix(7);
    if (value.starts_with("https://")) rest.remove_prefix(8);
    if (rest == value || rest.starts_with('/') || !is_one_word(rest)) {
      refuse("must be an http:// or https:// URL, or empty for no server");
    }
    // It would end up in logs and in the list of processes.
    if (rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos) {
      throw SecretRefused("must not hold a user name or password");
    }
  }
  server.url = value;
}

void assign_server_preset(Config::Server& server, std::string_view value) {
  const Preset* const preset = find_preset(value);
  if (preset == nullptr) {
    std::string names;
    for (const Preset& known : presets()) {
      if (!names.empty()) names += ", ";
      names += known.name;
    }
    refuse("must be one of " + names);
  }
  server.preset = *preset;
}

void assign_server_timeout(Config::Server& server, std::string_view value) {
  constexpr std::array<std::pair<std::string_view, milliseconds>, 3> units = {
      {{"ms", milliseconds(1)}, {"s", std::chrono::seconds(1)}, {"m", std::chrono::minutes(1)}}};
  const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
  const auto number = parse_whole(value.substr(0, digits));
  const auto unit = std::ranges::find(units, value.substr(digits),
                                      &std::pair<std::string_view, milliseconds>::first);
  if (number && unit != units.end()) {
    const milliseconds timeout = *number * unit->second;
    if (timeout > milliseconds(0) && timeout <= std::chrono::minutes(10)) {
      server.timeout = timeout;
      return;
    }
  }
  refuse("must be a time from 1ms to 10m, such as 500ms or 5s");
}

void assign_log_level(Config& config, std::string_view value) {
  constexpr std::array<std::pair<std::string_view, LogLevel>, 4> levels = {
      {{"debug", LogLevel::debug},
       {"info", LogLevel::info},
       {"warn", LogLevel::warning},
       {"error", LogLevel::error}}};
  const auto level =
      std::ranges::find(levels, value, &std::pair<std::string_view, LogLevel>::first);
  if (level == levels.end()) refuse("must be one of debug, info, warn, error");
  config.log.level = level->second;
}

void assign_procfs(Config& config, std::string_view value) {
  if (value.empty()) refuse("must be a path");
  config.path.procfs = value;
}

void assign_sysfs(Config& config, std::string_view value) {
  if (value.empty()) refuse("must be a path");
  config.path.sysfs = value;
}

void assign_server_name(Config::Server& server, std::string_view value) { server.name = value; }

void assign_pid_file(Config::Server& server, std::string_view value) {
  server.process.pid_file = value;
}

void assign_command(Config::Server& server, std::string_view value) {
  if (value.find('/') != std::string_view::npos) refuse("must be a name without a path");
  server.process.command = value;
}

/// As a setting of the single server.
template <void (*assign)(Config::Server&, std::string_view)>
void of_server(Config& config, std::string_view value) {
  if (!config.servers.empty()) refuse("has no place beside the list of servers");
  assign(config.server, value);
}

constexpr ServerSetting of_each_server[] = {
    {"name", assign_server_name},        {"url", assign_server_url},
    {"preset", assign_server_preset},    {"timeout", assign_server_timeout},
    {"process.command", assign_command}, {"process.pid_file", assign_pid_file},
};

void assign_per_cpu(Config& config, std::string_view value) {
  config.cpu.per_cpu = parse_flag(value);
}

void assign_web_config_file(Config& config, std::string_view value) {
  config.web.config_file = value;
}

void assign_telemetry_path(Config& config, std::string_view value) {
  if (!value.starts_with('/') || value == "/" || value.starts_with("/-/") || !is_one_word(value) ||
      value.find_first_of("?#%") != std::string_view::npos) {
    refuse("must be a path such as /metrics, neither / nor below /-/");
  }
  config.web.telemetry_path = value;
}

void assign_max_requests(Config& config, std::string_view value) {
  const auto number = parse_whole(value);
  if (!number) refuse("must be a whole number, 0 for no limit");
  config.web.max_requests = *number;
}

void assign_lifecycle(Config& config, std::string_view value) {
  config.web.enable_lifecycle = parse_flag(value);
}

void assign_no_exporter_metrics(Config& config, std::string_view value) {
  config.web.disable_exporter_metrics = parse_flag(value);
}

void assign_mounts(Config& config, std::string_view value) {
  std::vector<std::string> mounts = split_list(value);
  const auto is_path = [](const std::string& mount) { return mount.starts_with('/'); };
  if (!std::ranges::all_of(mounts, is_path)) {
    refuse("must be paths that begin with /, separated by commas");
  }
  config.disk.mounts = std::move(mounts);
}

void assign_mail_spool(Config& config, std::string_view value) {
  if (!value.empty() && !value.starts_with('/')) refuse("must be a path that begins with /");
  config.mail.spool = value;
}

constexpr Setting all[] = {
    {"web.listen_address", "--web.listen-address", "ADDRESS",
     "Where the page is served: HOST:PORT or unix:/PATH; several by commas or by several flags; "
     "port 0 takes a free one.",
     "127.0.0.1:10301", assign_listen_address},
    {"web.systemd_socket", "--web.systemd-socket", "BOOL",
     "Serves on the sockets that systemd hands over instead.", "false", assign_systemd_socket},
    {"web.config_file", "--web.config.file", "FILE",
     "TLS, users and headers, in the format of the Prometheus exporters. Empty: plain HTTP.", "",
     assign_web_config_file},
    {"web.telemetry_path", "--web.telemetry-path", "PATH", "Where on it the metrics are.",
     "/metrics", assign_telemetry_path},
    {"web.max_requests", "--web.max-requests", "NUMBER",
     "Scrapes at the same time; further ones are answered with 503. 0: no limit but that of 64 "
     "connections.",
     "0", assign_max_requests},
    {"web.enable_lifecycle", "--web.enable-lifecycle", "BOOL",
     "Whether POST /-/reload reads the configuration again, as SIGHUP does.", "false",
     assign_lifecycle},
    {"web.disable_exporter_metrics", "--web.disable-exporter-metrics", "BOOL",
     "Leaves out what the exporter tells of itself: process_*, requests.", "false",
     assign_no_exporter_metrics},
    {"server.name", "--server.name", "NAME",
     "Value of the label server. Empty: host and port of the URL.", "",
     of_server<assign_server_name>},
    {"server.url", "--server.url", "URL",
     "The metrics page of the LLM server; empty when there is none to read.",
     "http://127.0.0.1:10300/metrics", of_server<assign_server_url>},
    {"server.preset", "--server.preset", "NAME",
     "Whose metric names that page has: seadragon, vllm, sglang, llamacpp, tgi, triton, "
     "triton-trtllm or trtllm.",
     "seadragon", of_server<assign_server_preset>},
    {"server.timeout", "--server.timeout", "TIME",
     "How long that page may take; never longer than the scraper waits.", "5s",
     of_server<assign_server_timeout>},
    {"process.command", "--process.command", "NAME",
     "The process of the LLM server: what it was started as, llama-server say. Empty: none.", "",
     of_server<assign_command>},
    {"process.pid_file", "--process.pid-file", "FILE",
     "The process of the LLM server: the file with its process id; the name above is not asked.",
     "", of_server<assign_pid_file>},
    {"cpu.per_cpu", "--cpu.per-cpu", "BOOL", "Whether each CPU's time is told besides.", "false",
     assign_per_cpu},
    {"disk.mounts", "--disk.mounts", "PATHS",
     "Whose file systems' space is told, separated by commas.", "/", assign_mounts},
    {"mail.spool", "--mail.spool", "PATH",
     "The queue directory of the spool that Alertmanager's mails wait in. Empty: none.", "",
     assign_mail_spool},
    {"log.level", "--log.level", "LEVEL", "The least level logged: debug, info, warn or error.",
     "info", assign_log_level},
    {"path.procfs", "--path.procfs", "PATH", "Where the proc file system is mounted.", "/proc",
     assign_procfs},
    {"path.sysfs", "--path.sysfs", "PATH", "Where the sys file system is mounted.", "/sys",
     assign_sysfs},
};

}  // namespace

std::span<const Setting> settings() { return all; }

std::span<const ServerSetting> server_settings() { return of_each_server; }

void assign_collector(Config& config, std::string_view name, std::string_view value) {
  if (parse_flag(value)) {
    config.collectors_off.erase(std::string(name));
  } else {
    config.collectors_off.emplace(name);
  }
}

}  // namespace seadragon::exporter
