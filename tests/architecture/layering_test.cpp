// Who may include what: the data flow of ARCHITECTURE.md, in one direction, held by a test.

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/architecture/repository.h"

namespace seadragon::tests {
namespace {

struct Include {
  std::string path;  ///< As written.
  bool is_system;    ///< In angle brackets.
};

std::vector<Include> includes_of(const SourceFile& file) {
  static const std::regex directive(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])",
                                    std::regex::multiline);
  std::vector<Include> found;
  for (std::sregex_iterator match(file.text.begin(), file.text.end(), directive), end; match != end;
       ++match) {
    found.push_back({(*match)[2], (*match)[1] == "<"});
  }
  return found;
}

bool begins_with_any(std::string_view text, const std::vector<std::string>& beginnings) {
  return std::ranges::any_of(
      beginnings, [&](const std::string& beginning) { return text.starts_with(beginning); });
}

/// What the files of a folder may include of ours, by the beginning of the path. The longest folder
/// that fits a file decides.
const std::map<std::string, std::vector<std::string>> own_includes = {
    {"lib/include/", {"seadragon/monitoring/"}},
    {"lib/src/", {"seadragon/monitoring/", "lib/src/"}},
    {"alertmanager/spool/", {"alertmanager/spool/"}},
    {"alertmanager/configure/", {"lib/src/", "alertmanager/"}},
    {"exporter/proc/", {"exporter/proc/"}},
    {"exporter/", {"seadragon/monitoring/", "lib/src/", "alertmanager/spool/", "exporter/"}},
    // The examples are users: what they need and is not public is missing in the API.
    {"examples/llm_server/", {"seadragon/monitoring/", "examples/llm_server/"}},
    {"examples/traffic/", {"examples/traffic/"}},
    {"examples/quickstart.cpp", {"seadragon/monitoring/"}},
    {"examples/quickstart_civetweb.cpp", {"seadragon/monitoring/"}},
};

/// Each third-party library has one owner, so that it can be replaced by changing one file.
const std::map<std::string, std::vector<std::string>> owners = {
    {"CivetServer.h",
     {"lib/include/seadragon/monitoring/civetweb.h",
      "lib/include/seadragon/monitoring/detail/civet_server.h",
      "examples/quickstart_civetweb.cpp"}},
    {"civetweb.h",
     {"lib/include/seadragon/monitoring/civetweb.h",
      "lib/include/seadragon/monitoring/detail/civetweb_"}},
    {"boost/", {"lib/src/endpoint_", "exporter/http_exchange"}},
    {"openssl/",
     {"lib/src/tls_context.cpp", "lib/src/login.cpp", "exporter/http_exchange.cpp",
      "alertmanager/configure/reload.cpp"}},
    {"libdeflate.h", {"lib/src/gzip.cpp"}},
    {"prometheus/", {"lib/include/seadragon/monitoring/prometheus.h", "lib/src/prometheus"}},
    {"spdlog/", {"lib/src/log_sinks.cpp", "exporter/main.cpp"}},
    {"yaml-cpp/", {"lib/src/strict_yaml.cpp", "alertmanager/configure/routes_text.cpp"}},
    {"CLI/",
     {"exporter/command_line.cpp", "alertmanager/configure/command_line.cpp",
      "examples/llm_server/options.cpp", "examples/traffic/options.cpp"}},
    {"curl/", {"alertmanager/configure/curl.h"}},
    {"nlohmann/", {"alertmanager/configure/", "examples/"}},
    {"httplib.h",
     {"lib/include/seadragon/monitoring/httplib.h",
      "lib/include/seadragon/monitoring/detail/httplib_", "examples/"}},
};

std::vector<SourceFile> product_files() {
  std::vector<SourceFile> all;
  for (const char* folder : {"lib", "exporter", "alertmanager", "examples"}) {
    for (SourceFile& file : files_in(folder, {".h", ".cpp"})) all.push_back(std::move(file));
  }
  return all;
}

bool is_standard(const std::string& path) {
  // The standard library has neither folder nor ending; the system's headers are C.
  static const std::vector<std::string> system = {"sys/", "netinet/", "arpa/"};
  return path.find('/') == std::string::npos
             ? !path.ends_with(".hpp") && (!path.ends_with(".h") || !owners.contains(path))
             : begins_with_any(path, system);
}

TEST(LayeringTest, EveryFolderIncludesOnlyWhatStandsBelowIt) {
  for (const SourceFile& file : product_files()) {
    std::string_view folder;
    for (const auto& [candidate, allowed] : own_includes) {
      if (file.path.starts_with(candidate) && candidate.size() > folder.size()) folder = candidate;
    }
    ASSERT_FALSE(folder.empty()) << file.path << " is in a folder without a rule";
    for (const Include& include : includes_of(file)) {
      const bool ours = !include.is_system || include.path.starts_with("seadragon/");
      if (!ours) continue;
      EXPECT_TRUE(begins_with_any(include.path, own_includes.at(std::string(folder))))
          << file.path << " includes " << include.path;
    }
  }
}

TEST(LayeringTest, EveryThirdPartyLibraryHasAnOwner) {
  std::set<std::string> used;
  for (const SourceFile& file : product_files()) {
    for (const Include& include : includes_of(file)) {
      if (!include.is_system || include.path.starts_with("seadragon/")) continue;
      const auto owner = std::ranges::find_if(
          owners, [&](const auto& library) { return include.path.starts_with(library.first); });
      if (owner == owners.end()) {
        EXPECT_TRUE(is_standard(include.path))
            << file.path << " includes " << include.path << ", which nobody owns";
        continue;
      }
      used.insert(owner->first);
      EXPECT_TRUE(begins_with_any(file.path, owner->second))
          << file.path << " includes " << include.path << "; its owner is "
          << owner->second.front();
    }
  }
  for (const auto& [library, files] : owners) EXPECT_TRUE(used.contains(library)) << library;
}

TEST(LayeringTest, OnlyTheProgramKnowsTheWholeConfiguration) {
  for (const SourceFile& file : files_in("exporter", {".h", ".cpp"})) {
    for (const Include& include : includes_of(file)) {
      if (include.path != "exporter/config.h") continue;
      EXPECT_TRUE(begins_with_any(
          file.path, {"exporter/main.cpp", "exporter/config.cpp", "exporter/command_line",
                      "exporter/settings", "exporter/collectors/collectors.cpp"}))
          << file.path;
    }
  }
}

TEST(LayeringTest, HeadersIncludeEachOtherInOneDirection) {
  std::map<std::string, std::vector<std::string>> graph;
  for (const SourceFile& file : product_files()) {
    std::string name = file.path;
    if (name.starts_with("lib/include/")) name = name.substr(std::string("lib/include/").size());
    for (const Include& include : includes_of(file)) graph[name].push_back(include.path);
  }
  std::set<std::string> done, open;
  const auto visit = [&](const auto& self, const std::string& name) -> void {
    ASSERT_TRUE(open.insert(name).second) << name << " includes itself by way of others";
    for (const std::string& next : graph[name]) {
      if (!done.contains(next)) self(self, next);
    }
    open.erase(name);
    done.insert(name);
  };
  std::vector<std::string> names;
  for (const auto& [name, includes] : graph) names.push_back(name);
  for (const std::string& name : names) {
    if (!done.contains(name)) visit(visit, name);
  }
}

TEST(LayeringTest, HasNoDefaultInASwitchOverAnEnumeration) {
  // A new enumerator must not be swallowed; the compiler names every switch that lacks it.
  for (const SourceFile& file : product_files()) {
    EXPECT_EQ(file.text.find("\n    default:"), std::string::npos) << file.path;
  }
}

}  // namespace
}  // namespace seadragon::tests
