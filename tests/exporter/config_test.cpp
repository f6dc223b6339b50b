#include "exporter/config.h"

#include <filesystem>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

/// Files of tests/exporter/config whose names end so.
std::vector<std::string> config_files(std::string_view ending) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/exporter/config")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) files.push_back(name);
  }
  return files;
}

/// "log_level.bad.yml" -> "log_level"
std::string test_name(const testing::TestParamInfo<std::string>& file) {
  return file.param.substr(0, file.param.find('.'));
}

class GoodConfigTest : public testing::TestWithParam<std::string> {};

TEST_P(GoodConfigTest, IsAccepted) {
  EXPECT_NO_THROW(read_config("tests/exporter/config/" + GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Files, GoodConfigTest, testing::ValuesIn(config_files(".good.yml")),
                         test_name);

class BadConfigTest : public testing::TestWithParam<std::string> {};

/// The first line of the file is a comment that holds the message after the file's name.
TEST_P(BadConfigTest, IsRefusedWithTheMessageInItsFirstLine) {
  const std::string text = read_file("tests/exporter/config/" + GetParam());
  ASSERT_TRUE(text.starts_with("# :")) << text;
  const std::string message = GetParam() + text.substr(2, text.find('\n') - 2);
  try {
    parse_config(text, GetParam());
    FAIL() << "accepted";
  } catch (const std::runtime_error& refusal) {
    EXPECT_EQ(refusal.what(), message);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, BadConfigTest, testing::ValuesIn(config_files(".bad.yml")),
                         test_name);

TEST(ConfigTest, TakesEveryKey) {
  const Config config = read_config("tests/exporter/config/everything.good.yml");
  EXPECT_EQ(config.web.listen_address, "[::]:10401");
  EXPECT_EQ(config.server.url, "http://127.0.0.1:8000/metrics");
  EXPECT_EQ(config.server.preset.name, "vllm");
  EXPECT_EQ(config.server.timeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(config.collectors_off, decltype(config.collectors_off)({"memory"}));
  EXPECT_EQ(config.log.level, monitoring::LogLevel::error);
  EXPECT_EQ(config.path.procfs, "/host/proc");
}

TEST(ConfigTest, ListsServersWithNamesAndMetricsOfTheirOwn) {
  const auto servers = read_config("tests/exporter/config/servers.good.yml").watched();
  ASSERT_EQ(servers.size(), 3U);
  EXPECT_EQ(servers[0].name, "chat");
  EXPECT_EQ(servers[0].preset.name, "vllm");
  EXPECT_EQ(servers[0].timeout, std::chrono::seconds(2));
  EXPECT_EQ(servers[0].process.command, "vllm");
  EXPECT_EQ(servers[1].name, "127.0.0.1:9000");
  const Preset& own = servers[1].preset;
  EXPECT_EQ(own.queue_length.from, (std::vector<Selector>{{"own_waiting"}, {"old_waiting"}}));
  EXPECT_EQ(own.active_requests.from,
            (std::vector<Selector>{{"own_requests", "state", "running"}}));
  EXPECT_EQ(own.kv_cache_usage.together, Quantity::Together::mean);
  EXPECT_EQ(own.prompt_tokens, Quantity());
  EXPECT_EQ(servers[2].url, "");
  EXPECT_EQ(servers[2].process.pid_file, "/run/worker.pid");
}

TEST(ConfigTest, WatchesNothingWhereThereIsNothing) {
  EXPECT_TRUE(read_config("tests/exporter/config/no_server.good.yml").watched().empty());
}

TEST(ConfigTest, IsTheDefaultWhenTheFileSaysNothing) {
  for (const std::string_view name : {"empty", "sections_without_keys"}) {
    const std::string file = "tests/exporter/config/" + std::string(name) + ".good.yml";
    EXPECT_EQ(read_config(file), Config()) << file;
  }
}

TEST(ConfigTest, ExampleFileShowsTheDefaults) {
  EXPECT_EQ(read_config("exporter/exporter.yml"), Config());
}

TEST(ConfigTest, NamesAFileThatIsNotThere) {
  try {
    read_config("none/exporter.yml");
    FAIL() << "accepted";
  } catch (const std::runtime_error& refusal) {
    EXPECT_STREQ(refusal.what(), "none/exporter.yml: No such file or directory");
  }
}

}  // namespace
}  // namespace seadragon::exporter
