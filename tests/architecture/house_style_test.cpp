// What keeps the tree readable, as far as a machine can see it.

#include <algorithm>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/architecture/repository.h"

namespace seadragon::tests {
namespace {

const std::vector<std::string> code = {".h", ".cpp", ".py", ".ts", ".mjs", ".sh"};

TEST(HouseStyleTest, NamesNoFileAfterNothing) {
  const std::regex empty_name(R"((^|[/_.-])(manager|utils?|helpers?|common|misc|base)([_.-]|$))");
  for (const SourceFile& file : files_in(".", code)) {
    EXPECT_FALSE(std::regex_search(file.path, empty_name)) << file.path;
  }
}

TEST(HouseStyleTest, KeepsEveryFileReadableInOneSitting) {
  constexpr auto most_lines = 300;
  for (const SourceFile& file : files_in(".", code)) {
    EXPECT_LE(std::ranges::count(file.text, '\n'), most_lines) << file.path;
  }
}

TEST(HouseStyleTest, BuildsNoMetricNameAtRunTime) {
  // "seadragon_" + x cannot be searched for, and the catalog cannot vouch for it.
  const std::regex built(R"("seadragon_[a-z_]*"\s*\+|\+\s*"seadragon_[a-z_]*")");
  for (const char* folder : {"lib", "exporter", "examples"}) {
    for (const SourceFile& file : files_in(folder, {".h", ".cpp"})) {
      EXPECT_FALSE(std::regex_search(file.text, built)) << file.path;
    }
  }
}

TEST(HouseStyleTest, ReadsNumbersWithoutTheLocale) {
  const std::regex by_locale(R"(\b(stod|stof|strtod|atof|sscanf)\s*\()");
  for (const char* folder : {"lib", "exporter"}) {
    for (const SourceFile& file : files_in(folder, {".h", ".cpp"})) {
      EXPECT_FALSE(std::regex_search(file.text, by_locale)) << file.path;
    }
  }
}

TEST(HouseStyleTest, LeavesNothingOpen) {
  // Spelt in two parts, or this file would be the first to be found.
  const std::regex open(std::string("\\b(TO") + "DO|FIX" + "ME|HA" + "CK)\\b");
  for (const SourceFile& file :
       files_in(".", {".h", ".cpp", ".py", ".ts", ".mjs", ".md", ".yml"})) {
    EXPECT_FALSE(std::regex_search(file.text, open)) << file.path;
  }
}

TEST(HouseStyleTest, HasEveryFileThatADocumentLinksTo) {
  const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  for (const SourceFile& file : files_in(".", {".md"})) {
    for (std::sregex_iterator match(file.text.begin(), file.text.end(), link), end; match != end;
         ++match) {
      const auto target = std::filesystem::path(file.path).parent_path() / (*match)[1].str();
      EXPECT_TRUE(std::filesystem::exists(target.empty() ? "." : target))
          << file.path << " links to " << (*match)[1];
    }
  }
}

TEST(HouseStyleTest, KeepsNoDownloadAddressInALockFile) {
  for (const SourceFile& file : files_in("grafana", {"package-lock.json"})) {
    EXPECT_EQ(file.text.find("\"resolved\""), std::string::npos) << file.path;
  }
}

}  // namespace
}  // namespace seadragon::tests
