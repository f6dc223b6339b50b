#include "exporter/proc_files.h"

#include <utility>

#include "lib/src/read_file.h"

namespace seadragon::exporter {

ProcFiles::ProcFiles(std::string root) : root_(std::move(root)) {}

std::string ProcFiles::read(std::string_view name) const {
  return monitoring::detail::read_file(path(name));
}

std::optional<std::string> ProcFiles::find(std::string_view name) const {
  return monitoring::detail::find_file(path(name));
}

std::string ProcFiles::path(std::string_view name) const { return root_ + '/' + std::string(name); }

}  // namespace seadragon::exporter
