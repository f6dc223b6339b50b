#include "exporter/proc/cgroup.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/proc/meminfo.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

/// A directory of the control group file system, and how far up its limits may be inherited from.
class Group {
 public:
  Group(std::string directory, std::size_t mount_length, bool is_unified)
      : directory_(std::move(directory)), mount_length_(mount_length), is_unified_(is_unified) {}

  bool is_unified() const { return is_unified_; }

  std::optional<std::string> find(const char* file) const {
    return ProcFiles(directory_).find(file);
  }

  /// The least that `limit_of(group)` gives, of this group and those above it.
  template <class LimitOf>
  auto least(const LimitOf& limit_of) const {
    auto least = limit_of(*this);
    for (Group above = *this; above.directory_.size() > mount_length_;) {
      above.directory_.resize(above.directory_.rfind('/'));
      const auto limit = limit_of(above);
      if (limit && (!least || *limit < *least)) least = limit;
    }
    return least;
  }

 private:
  std::string directory_;
  std::size_t mount_length_;
  bool is_unified_;
};

std::optional<std::uint64_t> limit_in(const Group& group, const char* file) {
  const auto text = group.find(file);
  return text ? parse_cgroup_limit(*text) : std::nullopt;
}

std::optional<std::uint64_t> number_in(const Group& group, const char* file, const char* key) {
  const auto text = group.find(file);
  return text ? find_cgroup_number(*text, key) : std::nullopt;
}

std::optional<double> cpus_of(const Group& group) {
  if (group.is_unified()) {
    const auto text = group.find("cpu.max");
    return text ? parse_cpu_max(*text) : std::nullopt;
  }
  const auto quota = limit_in(group, "cpu.cfs_quota_us");
  const auto period = limit_in(group, "cpu.cfs_period_us");
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

constexpr double microseconds = 1e6;
constexpr double nanoseconds = 1e9;

/// Divided, not multiplied by what no double is exactly.
std::optional<double> in(double per_unit, std::optional<std::uint64_t> number) {
  return number ? std::optional(static_cast<double>(*number) / per_unit) : std::nullopt;
}

class CgroupCollector : public Collector {
 public:
  CgroupCollector(ProcFiles proc, std::string sysfs)
      : proc_(std::move(proc)), sysfs_(std::move(sysfs)) {}

  std::string_view name() const override { return "cgroup"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    const auto membership_text = proc_.find("self/cgroup");
    const auto mounts_text = proc_.find("self/mountinfo");
    if (!membership_text || !mounts_text) return;  // a kernel without control groups
    const auto memberships = parse_cgroup(*membership_text);
    if (!memberships) throw std::runtime_error(proc_.path("self/cgroup") + ": malformed");
    const std::vector<CgroupMount> mounts = parse_cgroup_mounts(*mounts_text);
    if (const auto cpu = find(*memberships, mounts, "cpu")) collect_cpu(samples, *cpu);
    // Version 1 counts CPU time in a hierarchy that mostly, but not always, is the same.
    if (const auto time = find(*memberships, mounts, "cpuacct"); time && !time->is_unified()) {
      add(samples, metric("seadragon_host_cgroup_cpu_seconds_total"),
          in(nanoseconds, limit_in(*time, "cpuacct.usage")));
    }
    if (const auto memory = find(*memberships, mounts, "memory")) collect_memory(samples, *memory);
  }

 private:
  static void add(monitoring::Samples& samples, const monitoring::MetricSpec& spec,
                  std::optional<double> value) {
    if (value) samples.add(spec, *value);
  }

  /// Where the limits of this controller are: with version 2 only where the group has it, because
  /// a hybrid machine mounts version 2 without controllers beside version 1.
  std::optional<Group> find(const std::vector<CgroupMembership>& memberships,
                            const std::vector<CgroupMount>& mounts,
                            std::string_view controller) const {
    for (const CgroupMount& mount : mounts) {
      const auto is_of_mount = [&](const CgroupMembership& one) {
        return mount.is_unified ? one.controllers.empty() : is_listed(one.controllers, controller);
      };
      const auto membership = std::ranges::find_if(memberships, is_of_mount);
      if (membership == memberships.end()) continue;
      if (!mount.is_unified && !is_listed(mount.controllers, controller)) continue;
      CgroupMount seen = mount;
      constexpr std::string_view sys = "/sys";
      if (seen.mount_point.starts_with("/sys/")) {
        seen.mount_point = sysfs_ + seen.mount_point.substr(sys.size());
      }
      Group group(cgroup_directory(seen, membership->path), seen.mount_point.size(),
                  mount.is_unified);
      if (!mount.is_unified) return group;
      const auto controllers = group.find("cgroup.controllers");
      if (controllers && is_listed(*controllers, controller)) return group;
    }
    return std::nullopt;
  }

  static void collect_cpu(monitoring::Samples& samples, const Group& group) {
    add(samples, metric("seadragon_host_cgroup_cpu_limit_cores"), group.least(cpus_of));
    if (group.is_unified()) {
      add(samples, metric("seadragon_host_cgroup_cpu_seconds_total"),
          in(microseconds, number_in(group, "cpu.stat", "usage_usec")));
      add(samples, metric("seadragon_host_cgroup_cpu_throttled_seconds_total"),
          in(microseconds, number_in(group, "cpu.stat", "throttled_usec")));
    } else {
      add(samples, metric("seadragon_host_cgroup_cpu_throttled_seconds_total"),
          in(nanoseconds, number_in(group, "cpu.stat", "throttled_time")));
    }
  }

  void collect_memory(monitoring::Samples& samples, const Group& group) const {
    const bool v2 = group.is_unified();
    auto limit = group.least([v2](const Group& each) {
      return limit_in(each, v2 ? "memory.max" : "memory.limit_in_bytes");
    });
    // Version 1 has no word for "no limit", and some write what the machine cannot have.
    const auto memory = parse_meminfo(proc_.find("meminfo").value_or(""));
    if (!v2 && limit && memory && *limit > memory->total_bytes) limit.reset();
    add(samples, metric("seadragon_host_cgroup_memory_limit_bytes"), in(1, limit));
    add(samples, metric("seadragon_host_cgroup_memory_usage_bytes"),
        in(1, limit_in(group, v2 ? "memory.current" : "memory.usage_in_bytes")));
    add(samples, metric("seadragon_host_cgroup_memory_inactive_file_bytes"),
        in(1, number_in(group, "memory.stat", v2 ? "inactive_file" : "total_inactive_file")));
    add(samples, metric("seadragon_host_cgroup_oom_kills_total"),
        in(1, number_in(group, v2 ? "memory.events" : "memory.oom_control", "oom_kill")));
  }

  ProcFiles proc_;
  std::string sysfs_;
};

}  // namespace

std::unique_ptr<Collector> make_cgroup_collector(ProcFiles proc, std::string sysfs) {
  return std::make_unique<CgroupCollector>(std::move(proc), std::move(sysfs));
}

}  // namespace seadragon::exporter
