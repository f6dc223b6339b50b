/// A folder in a place of its own, and what tests of its exchange ask of it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "alertmanager/configure/exchanged_folder.h"
#include "lib/src/read_file.h"
#include "tests/temporary_folder.h"

namespace seadragon::alerts {

inline std::vector<ConfigurationFile> content(const std::string& text) {
  return {{.path = "a", .text = text, .secret = false, .owner = ""},
          {.path = "sub/b", .text = text, .secret = false, .owner = ""},
          {.path = "secret", .text = text, .secret = true, .owner = ""}};
}

inline ExchangedFolder open(const std::string& path) {
  return ExchangedFolder(path, [] { FAIL() << "somebody else has it"; });
}

/// Path and text of each file but the list of them.
inline std::map<std::string, std::string> files_of(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == ".written") continue;
    files[entry.path().lexically_relative(folder).string()] =
        monitoring::detail::read_file(entry.path().string());
  }
  return files;
}

class ExchangedFolderTest : public testing::Test {
 protected:
  void fill(const std::string& text) const {
    ExchangedFolder folder = open(path);
    folder.write(content(text));
    folder.exchange();
  }

  TemporaryFolder parent;
  std::string path = parent.path("alerting");
};

}  // namespace seadragon::alerts
