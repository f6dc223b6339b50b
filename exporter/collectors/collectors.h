/// Every collector there is. collectors.cpp lists them; each has a file of its own.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collector.h"
#include "exporter/presets.h"
#include "exporter/proc_files.h"
#include "exporter/server_process.h"

namespace seadragon::exporter {

struct Config;

/// CPU time of the machine, from /proc/stat.
std::unique_ptr<Collector> make_cpu_collector(ProcFiles proc);

/// Memory of the machine, from /proc/meminfo.
std::unique_ptr<Collector> make_memory_collector(ProcFiles proc);

/// How many tasks want to run, from /proc/loadavg.
std::unique_ptr<Collector> make_load_collector(ProcFiles proc);

/// How long tasks waited for CPU, memory and disks, from /proc/pressure. Nothing where the kernel
/// does not count it.
std::unique_ptr<Collector> make_pressure_collector(ProcFiles proc);

/// Space of the file systems that these paths are on, from statvfs(3).
std::unique_ptr<Collector> make_disk_collector(std::vector<std::string> mounts);

/// Traffic of the network interfaces, from /proc/net/dev.
std::unique_ptr<Collector> make_network_collector(ProcFiles proc);

/// Limits and use of the control group that the exporter is in, which in a container is that of the
/// container. Nothing where there is none.
std::unique_ptr<Collector> make_cgroup_collector(ProcFiles proc, std::string sysfs);

/// The process of the LLM server, from /proc/PID.
std::unique_ptr<Collector> make_process_collector(ProcFiles proc, ProcessMatch match);

struct GpuOptions {
  std::string library = "libnvidia-ml.so.1";  ///< Of the driver; as dlopen(3) takes it.
  std::chrono::milliseconds retry_after{std::chrono::minutes(1)};  ///< See Nvml.
  ProcFiles proc;
  ProcessMatch match = {};  ///< Of the LLM server, for the GPU memory that it has. Neither: none.
};

/// GPUs of NVIDIA, from their driver, which may hang. Nothing where it is not installed.
std::unique_ptr<Collector> make_gpu_collector(GpuOptions options);

struct ServerOptions {
  std::string url;  ///< Of the LLM server's metrics page.
  Preset preset;
  std::chrono::milliseconds timeout;  ///< For one read of the page, all in all.
  std::stop_token stop;               ///< Ends a read under way.
};

/// What the LLM server says about itself. Its failures show as seadragon_server_up 0 besides.
std::unique_ptr<Collector> make_server_collector(ServerOptions options);

/// Names of all collectors, in the order in which they run.
std::span<const std::string_view> collector_names();

/// The collectors that are switched on and have something to read. `stop` ends a slow one.
std::vector<std::unique_ptr<Collector>> make_collectors(const Config& config,
                                                        const std::stop_token& stop);

}  // namespace seadragon::exporter
