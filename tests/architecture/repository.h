/// The project's own files, as the architecture tests see them.
#pragma once

#include <string>
#include <vector>

namespace seadragon::tests {

struct SourceFile {
  std::string path;  ///< From the repository root.
  std::string text;
};

/// Every file below `folder` whose name ends in one of `endings`, sorted by path. Build trees,
/// installed packages and hidden folders are left out. Throws when there is none: a test that looks
/// at nothing would always pass.
std::vector<SourceFile> files_in(const std::string& folder,
                                 const std::vector<std::string>& endings);

std::string read_file(const std::string& path);

}  // namespace seadragon::tests
