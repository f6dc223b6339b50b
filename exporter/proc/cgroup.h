/// Reads where the control group of a process is: /proc/PID/cgroup and /proc/PID/mountinfo, and
/// the small files within it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::exporter {

/// A line of /proc/PID/cgroup. Source: cgroups(7).
struct CgroupMembership {
  std::string_view controllers;  ///< Separated by commas; empty for version 2.
  std::string_view path;         ///< From the root of the hierarchy.
};

/// nullopt when a line is malformed. What it holds points into the text.
std::optional<std::vector<CgroupMembership>> parse_cgroup(std::string_view text);

/// A mounted hierarchy. Source: proc_pid_mountinfo(5).
struct CgroupMount {
  std::string root;  ///< The path within the hierarchy that is mounted here.
  std::string mount_point;
  bool is_unified;          ///< Version 2.
  std::string controllers;  ///< Separated by commas, among other options; version 1 only.
};

/// Those of type cgroup and cgroup2; other mounts, and lines that are malformed, are passed over.
std::vector<CgroupMount> parse_cgroup_mounts(std::string_view mountinfo);

/// Whether `name` is one of the names in a list that is separated by commas or blanks.
bool is_listed(std::string_view list, std::string_view name);

/// The directory of the group within its mount. A path outside of what is mounted, as a container
/// sees its own, is the mount point itself.
std::string cgroup_directory(const CgroupMount& mount, std::string_view path);

/// A number of bytes or a quota that may be `max`, or as large as version 1 writes "no limit", or
/// -1: then nullopt, as when malformed.
std::optional<std::uint64_t> parse_cgroup_limit(std::string_view text);

/// CPUs: `200000 100000` of cpu.max is 2. nullopt when there is no limit.
std::optional<double> parse_cpu_max(std::string_view text);

/// The number behind `key` in a file of lines `key number`, such as cpu.stat.
std::optional<std::uint64_t> find_cgroup_number(std::string_view text, std::string_view key);

}  // namespace seadragon::exporter
