/// What can be configured, and the file it is read from. docs/exporter.md lists the keys.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <seadragon/monitoring/log.h>

#include "exporter/presets.h"
#include "exporter/server_process.h"

namespace seadragon::exporter {

/// Everything has a default. Only main.cpp and the list of collectors see the whole; each part is
/// given its own few values.
struct Config {
  struct Web {
    std::string listen_address = "127.0.0.1:10301";  ///< One or several, separated by commas.
    bool systemd_socket = false;                     ///< In place of listen_address.
    std::string config_file = {};                    ///< Of TLS, users and headers; empty: none.
    std::string telemetry_path = "/metrics";
    unsigned max_requests = 0;  ///< At the same time; 0: as many as there are connections.
    bool enable_lifecycle = false;
    bool disable_exporter_metrics = false;
    bool operator==(const Web&) const = default;
  };
  struct Server {
    std::string name = {};  ///< Value of the label `server`.
    std::string url = {};   ///< Empty: there is no page to read.
    Preset preset = *find_preset("seadragon");
    std::chrono::milliseconds timeout{5000};
    ProcessMatch process = {};
    bool operator==(const Server&) const = default;
  };
  struct Cpu {
    bool per_cpu = false;
    bool operator==(const Cpu&) const = default;
  };
  struct Disk {
    std::vector<std::string> mounts = {"/"};  ///< Empty: none.
    bool operator==(const Disk&) const = default;
  };
  struct Mail {
    std::string spool = {};  ///< Queue directory of its Postfix; empty: there is none.
    bool operator==(const Mail&) const = default;
  };
  struct Log {
    monitoring::LogLevel level = monitoring::LogLevel::info;
    bool operator==(const Log&) const = default;
  };
  struct Path {
    std::string procfs = "/proc";
    std::string sysfs = "/sys";
    bool operator==(const Path&) const = default;
  };

  Web web;
  Server server = {.url = "http://127.0.0.1:10300/metrics"};
  std::vector<Server> servers = {};  ///< In place of `server`, when there is one.
  Cpu cpu;
  Disk disk;
  Mail mail;
  std::set<std::string, std::less<>> collectors_off;  ///< By name; all others are on.
  Log log;
  Path path;

  /// Those of which there is something to read, each with a name. One without gets the host and
  /// port of its URL, or else what its process is found by.
  std::vector<Server> watched() const;

  bool operator==(const Config&) const = default;
};

/// Reads YAML. `file_name` is for messages. Throws std::runtime_error with the place and, for a
/// misspelt key, what was meant: exporter.yml:7: unknown key "colectors", did you mean
/// "collectors"?
Config parse_config(std::string_view text, const std::string& file_name);

/// As parse_config, from a file.
Config read_config(const std::string& path);

}  // namespace seadragon::exporter
