#include "exporter/collectors/collectors.h"

#include <algorithm>
#include <array>
#include <utility>

#include "exporter/config.h"
#include "exporter/own_thread.h"

namespace seadragon::exporter {
namespace {

struct Entry {
  std::string_view name;
  /// nullptr when there is nothing to read.
  std::unique_ptr<Collector> (*make)(const Config&, const std::stop_token&);
};

std::unique_ptr<Collector> make_cpu(const Config& config, const std::stop_token&) {
  return make_cpu_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_memory(const Config& config, const std::stop_token&) {
  return make_memory_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_load(const Config& config, const std::stop_token&) {
  return make_load_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_pressure(const Config& config, const std::stop_token&) {
  return make_pressure_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_disk(const Config& config, const std::stop_token&) {
  if (config.disk.mounts.empty()) return nullptr;
  return on_own_thread(make_disk_collector(config.disk.mounts), std::chrono::seconds(2));
}

std::unique_ptr<Collector> make_network(const Config& config, const std::stop_token&) {
  return make_network_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_cgroup(const Config& config, const std::stop_token&) {
  return make_cgroup_collector(ProcFiles(config.path.procfs), config.path.sysfs);
}

std::unique_ptr<Collector> make_process(const Config& config, const std::stop_token&) {
  const ProcessMatch& match = config.process;
  if (match.pid_file.empty() && match.command.empty()) return nullptr;
  return make_process_collector(ProcFiles(config.path.procfs), match);
}

std::unique_ptr<Collector> make_gpu(const Config& config, const std::stop_token&) {
  GpuOptions options{.proc = ProcFiles(config.path.procfs), .match = config.process};
  return on_own_thread(make_gpu_collector(std::move(options)), std::chrono::seconds(2));
}

std::unique_ptr<Collector> make_server(const Config& config, const std::stop_token& stop) {
  const Config::Server& server = config.server;
  if (server.url.empty()) return nullptr;
  return make_server_collector(
      {.url = server.url, .preset = *server.preset, .timeout = server.timeout, .stop = stop});
}

// The server last: it alone may take long, and the others' numbers should not age meanwhile.
constexpr std::array<Entry, 10> entries = {{
    {"cpu", make_cpu},
    {"memory", make_memory},
    {"load", make_load},
    {"pressure", make_pressure},
    {"disk", make_disk},
    {"network", make_network},
    {"cgroup", make_cgroup},
    {"process", make_process},
    {"gpu", make_gpu},
    {"server", make_server},
}};

constexpr auto names = [] {
  std::array<std::string_view, entries.size()> list;
  std::ranges::transform(entries, list.begin(), &Entry::name);
  return list;
}();

}  // namespace

std::span<const std::string_view> collector_names() { return names; }

std::vector<std::unique_ptr<Collector>> make_collectors(const Config& config,
                                                        const std::stop_token& stop) {
  std::vector<std::unique_ptr<Collector>> collectors;
  for (const Entry& entry : entries) {
    if (config.collectors_off.contains(entry.name)) continue;
    if (auto collector = entry.make(config, stop)) collectors.push_back(std::move(collector));
  }
  return collectors;
}

}  // namespace seadragon::exporter
