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
  std::unique_ptr<Collector> (*make)(const Config&, const Surroundings&);
};

std::unique_ptr<Collector> make_cpu(const Config& config, const Surroundings&) {
  return make_cpu_collector(ProcFiles(config.path.procfs), config.cpu.per_cpu);
}

std::unique_ptr<Collector> make_memory(const Config& config, const Surroundings&) {
  return make_memory_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_load(const Config& config, const Surroundings&) {
  return make_load_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_pressure(const Config& config, const Surroundings&) {
  return make_pressure_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_disk(const Config& config, const Surroundings&) {
  if (config.disk.mounts.empty()) return nullptr;
  return on_own_thread(make_disk_collector(config.disk.mounts), std::chrono::seconds(2));
}

std::unique_ptr<Collector> make_network(const Config& config, const Surroundings&) {
  return make_network_collector(ProcFiles(config.path.procfs));
}

std::unique_ptr<Collector> make_cgroup(const Config& config, const Surroundings&) {
  return make_cgroup_collector(ProcFiles(config.path.procfs), config.path.sysfs);
}

std::vector<WatchedProcess> processes_of(const Config& config) {
  std::vector<WatchedProcess> processes;
  for (Config::Server& server : config.watched()) {
    if (server.process == ProcessMatch()) continue;
    processes.push_back({.server = std::move(server.name), .match = std::move(server.process)});
  }
  return processes;
}

std::unique_ptr<Collector> make_process(const Config& config, const Surroundings&) {
  std::vector<WatchedProcess> processes = processes_of(config);
  if (processes.empty()) return nullptr;
  return make_process_collector(ProcFiles(config.path.procfs), std::move(processes));
}

std::unique_ptr<Collector> make_gpu(const Config& config, const Surroundings&) {
  GpuOptions options{.proc = ProcFiles(config.path.procfs), .processes = processes_of(config)};
  return on_own_thread(make_gpu_collector(std::move(options)), std::chrono::seconds(2));
}

std::unique_ptr<Collector> make_mail(const Config& config, const Surroundings&) {
  if (config.mail.spool.empty()) return nullptr;
  return make_mail_collector(config.mail.spool);
}

std::unique_ptr<Collector> make_server(const Config& config, const Surroundings& surroundings) {
  std::vector<WatchedPage> pages;
  for (Config::Server& server : config.watched()) {
    if (server.url.empty()) continue;
    pages.push_back({.server = std::move(server.name),
                     .url = std::move(server.url),
                     .preset = std::move(server.preset),
                     .timeout = server.timeout});
  }
  if (pages.empty()) return nullptr;
  return make_server_collector(std::move(pages), surroundings.stop);
}

std::unique_ptr<Collector> make_exporter(const Config& config, const Surroundings& surroundings) {
  if (config.web.disable_exporter_metrics) return nullptr;
  return make_exporter_collector(surroundings.answers, surroundings.certificate);
}

// The servers last: they alone may take long, and the others' numbers should not age meanwhile.
constexpr std::array<Entry, 12> entries = {{
    {"cpu", make_cpu},
    {"memory", make_memory},
    {"load", make_load},
    {"pressure", make_pressure},
    {"disk", make_disk},
    {"network", make_network},
    {"cgroup", make_cgroup},
    {"process", make_process},
    {"gpu", make_gpu},
    {"mail", make_mail},
    {"exporter", make_exporter},
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
                                                        const Surroundings& surroundings) {
  std::vector<std::unique_ptr<Collector>> collectors;
  for (const Entry& entry : entries) {
    if (config.collectors_off.contains(entry.name)) continue;
    if (auto collector = entry.make(config, surroundings))
      collectors.push_back(std::move(collector));
  }
  return collectors;
}

}  // namespace seadragon::exporter
