#include "exporter/proc/cgroup.h"

#include <algorithm>
#include <array>

#include "exporter/proc/fields.h"

namespace seadragon::exporter {
namespace {

/// mountinfo writes blanks and backslashes as `\040`.
std::string unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '7'; };
    if (text.front() == '\\' && text.size() >= 4 && digit(1) && digit(2) && digit(3)) {
      plain += static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
      text.remove_prefix(4);
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  return plain;
}

std::string_view one_word(std::string_view text) {
  std::string_view line = take_line(text);
  return take_field(line);
}

}  // namespace

std::optional<std::vector<CgroupMembership>> parse_cgroup(std::string_view text) {
  std::vector<CgroupMembership> memberships;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t first = line.find(':');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos || !parse_unsigned(line.substr(0, first))) {
      return std::nullopt;
    }
    const std::string_view path = line.substr(second + 1);
    if (!path.starts_with('/')) return std::nullopt;
    memberships.push_back(
        {.controllers = line.substr(first + 1, second - first - 1), .path = path});
  }
  return memberships;
}

// 36 35 98:0 /root /mount/point options optional... - type source superoptions
std::vector<CgroupMount> parse_cgroup_mounts(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  while (!mountinfo.empty()) {
    std::string_view line = take_line(mountinfo);
    std::array<std::string_view, 6> fields;
    for (std::string_view& field : fields) field = take_field(line);
    std::string_view word = take_field(line);
    while (!word.empty() && word != "-") word = take_field(line);
    const std::string_view type = take_field(line);
    if (type != "cgroup" && type != "cgroup2") continue;
    take_field(line);  // the source
    mounts.push_back({.root = unescaped(fields[3]),
                      .mount_point = unescaped(fields[4]),
                      .is_unified = type == "cgroup2",
                      .controllers = std::string(take_field(line))});
  }
  return mounts;
}

bool is_listed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", \t\n"), list.size());
    if (list.substr(0, end) == name) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::string cgroup_directory(const CgroupMount& mount, std::string_view path) {
  const std::string_view root = mount.root == "/" ? std::string_view() : mount.root;
  const bool is_inside = path.starts_with(root) && !path.starts_with("/..") &&
                         (path.size() == root.size() || path[root.size()] == '/');
  const std::string_view within = is_inside ? path.substr(root.size()) : std::string_view();
  return mount.mount_point + std::string(within == "/" ? std::string_view() : within);
}

std::optional<std::uint64_t> parse_cgroup_limit(std::string_view text) {
  constexpr std::uint64_t page = 65536;  // the largest: version 1 rounds 2^63 down to one
  const auto number = parse_unsigned(one_word(text));
  if (!number || *number >= (std::uint64_t{1} << 63) - page) return std::nullopt;
  return number;
}

std::optional<double> parse_cpu_max(std::string_view text) {
  std::string_view line = take_line(text);
  const auto quota = parse_unsigned(take_field(line));
  const auto period = parse_unsigned(take_field(line));
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

std::optional<std::uint64_t> find_cgroup_number(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_field(line) == key) return parse_unsigned(take_field(line));
  }
  return std::nullopt;
}

}  // namespace seadragon::exporter
