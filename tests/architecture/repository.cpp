#include "tests/architecture/repository.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

namespace seadragon::tests {
namespace {

namespace fs = std::filesystem;

bool is_own(const fs::path& folder) {
  static const std::set<std::string> foreign = {"build", "node_modules", "__pycache__"};
  const std::string name = folder.filename().string();
  return !foreign.contains(name) && (name == "." || !name.starts_with('.'));
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<SourceFile> files_in(const std::string& folder,
                                 const std::vector<std::string>& endings) {
  std::vector<SourceFile> found;
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::end(entry); ++entry) {
    if (entry->is_directory() && !is_own(entry->path())) entry.disable_recursion_pending();
    const std::string path = fs::path(entry->path()).lexically_normal().generic_string();
    const auto is_end = [&](const std::string& ending) { return path.ends_with(ending); };
    if (entry->is_regular_file() && std::ranges::any_of(endings, is_end)) {
      found.push_back({path, read_file(path)});
    }
  }
  if (found.empty()) throw std::runtime_error("no files in " + folder);
  std::ranges::sort(found, {}, &SourceFile::path);
  return found;
}

}  // namespace seadragon::tests
