/// Every collector there is. collectors.cpp lists them; each has a file of its own.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/answer_counts.h"
#include "exporter/collector.h"
#include "exporter/presets.h"
#include "exporter/proc_files.h"
#include "exporter/served_certificate.h"
#include "exporter/server_process.h"

namespace seadragon::exporter {

struct Config;

/// CPU time of the machine, from /proc/stat; with `per_cpu` that of each CPU too.
std::unique_ptr<Collector> make_cpu_collector(ProcFiles proc, bool per_cpu);

/// Memory of the machine, from /proc/meminfo, and whom the kernel killed for want of it, from
/// /proc/vmstat.
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

struct WatchedProcess {
  std::string server;  ///< Value of the label `server`.
  ProcessMatch match;
};

/// The processes of the LLM servers, from /proc/PID. One that cannot be read takes none of the
/// others away.
std::unique_ptr<Collector> make_process_collector(ProcFiles proc,
                                                  std::vector<WatchedProcess> processes);

struct GpuOptions {
  std::string library = "libnvidia-ml.so.1";  ///< Of the driver; as dlopen(3) takes it.
  std::chrono::milliseconds retry_after{std::chrono::minutes(1)};  ///< See Nvml.
  ProcFiles proc;
  std::vector<WatchedProcess> processes = {};  ///< For the GPU memory that the LLM servers have.
};

/// GPUs of NVIDIA, from their driver, which may hang. Nothing where it is not installed.
std::unique_ptr<Collector> make_gpu_collector(GpuOptions options);

/// What waits in the spool of this queue directory, as its Postfix tells. That it is down is no
/// failure.
std::unique_ptr<Collector> make_mail_collector(std::string queue_directory);

struct WatchedPage {
  std::string server;  ///< Value of the label `server`.
  std::string url;     ///< Of its metrics page.
  Preset preset;
  std::chrono::milliseconds timeout;  ///< For one read of the page, all in all.
};

/// What the LLM servers say about themselves, all asked at once. A failure shows as
/// seadragon_server_up 0 of that server besides. `stop` ends reads under way.
std::unique_ptr<Collector> make_server_collector(std::vector<WatchedPage> pages,
                                                 std::stop_token stop);

/// What the exporter itself uses, under the names that all exporters have, what it answered, and
/// when its certificate expires.
std::unique_ptr<Collector> make_exporter_collector(const AnswerCounts& answers,
                                                   const ServedCertificate& certificate);

/// Names of all collectors, in the order in which they run.
std::span<const std::string_view> collector_names();

/// What collectors need that is no setting; must outlive them.
struct Surroundings {
  std::stop_token stop;  ///< Ends a slow one.
  const AnswerCounts& answers;
  const ServedCertificate& certificate;
};

/// The collectors that are switched on and have something to read.
std::vector<std::unique_ptr<Collector>> make_collectors(const Config& config,
                                                        const Surroundings& surroundings);

}  // namespace seadragon::exporter
