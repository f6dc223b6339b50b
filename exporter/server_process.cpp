#include "exporter/server_process.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "exporter/proc/fields.h"
#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

std::string_view last_part(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);  // all of it when there is no slash
}

/// `cmdline` holds the arguments, each with a zero byte behind it.
bool is_started_as(std::string_view cmdline, std::string_view command) {
  constexpr int program_and_script = 2;
  for (int i = 0; i < program_and_script && !cmdline.empty(); ++i) {
    const std::string_view argument = cmdline.substr(0, cmdline.find('\0'));
    if (last_part(argument) == command) return true;
    cmdline.remove_prefix(std::min(argument.size() + 1, cmdline.size()));
  }
  return false;
}

}  // namespace

ServerProcess::ServerProcess(ProcFiles proc, ProcessMatch match)
    : proc_(std::move(proc)), match_(std::move(match)) {}

std::optional<ProcessIdentity> ServerProcess::find() {
  if (!match_.pid_file.empty()) {
    found_ = by_pid_file();
  } else if (!found_ || identify(found_->pid) != found_) {
    found_ = by_command();
  }
  return found_;
}

bool ServerProcess::owns(std::uint64_t pid) const {
  // The chain of parents is read link by link while processes come and go: it may not end.
  for (int generations = 0; found_ && pid != 0 && generations < 64; ++generations) {
    if (pid == found_->pid) return true;
    const auto text = proc_.find(std::to_string(pid) + "/stat");
    const auto stat = text ? parse_pid_stat(*text) : std::nullopt;
    pid = stat ? stat->parent : 0;
  }
  return false;
}

/// A PID file that is missing says that the server does not run.
std::optional<ProcessIdentity> ServerProcess::by_pid_file() const {
  const auto text = monitoring::detail::find_file(match_.pid_file);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  std::string_view line = take_line(rest);
  const auto pid = parse_unsigned(take_field(line));
  if (!pid) throw std::runtime_error(match_.pid_file + ": holds no process id");
  return identify(*pid);
}

std::optional<ProcessIdentity> ServerProcess::by_command() const {
  std::optional<ProcessIdentity> oldest;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(proc_.path(""), error), end;
       !error && entry != end; entry.increment(error)) {
    const auto pid = parse_unsigned(entry->path().filename().native());
    if (!pid) continue;
    const auto cmdline = proc_.find(std::to_string(*pid) + "/cmdline");
    if (!cmdline || !is_started_as(*cmdline, match_.command)) continue;
    const auto process = identify(*pid);
    if (process && (!oldest || process->start_ticks < oldest->start_ticks)) oldest = process;
  }
  if (error) throw std::runtime_error(proc_.path("") + ": " + error.message());
  return oldest;
}

std::optional<ProcessIdentity> ServerProcess::identify(std::uint64_t pid) const {
  const auto text = proc_.find(std::to_string(pid) + "/stat");
  const auto stat = text ? parse_pid_stat(*text) : std::nullopt;
  if (!stat || stat->state == 'Z' || stat->state == 'X') return std::nullopt;
  return ProcessIdentity{.pid = pid, .start_ticks = stat->start_ticks};
}

}  // namespace seadragon::exporter
