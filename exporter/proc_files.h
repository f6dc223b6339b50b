/// The proc file system, or a tree that looks like it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace seadragon::exporter {

/// Where the files of proc(5) are read from: /proc, another mount of it, or a fixture.
class ProcFiles {
 public:
  explicit ProcFiles(std::string root);

  /// The whole text of a file, such as read("stat"). Throws std::runtime_error that names its path.
  std::string read(std::string_view name) const;

  /// The same for a file that need not be there (find_file).
  std::optional<std::string> find(std::string_view name) const;

  /// For messages.
  std::string path(std::string_view name) const;

 private:
  std::string root_;
};

}  // namespace seadragon::exporter
