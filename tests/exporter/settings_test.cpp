#include "exporter/settings.h"

#include <algorithm>
#include <stdexcept>

#include <gtest/gtest.h>

#include "exporter/collectors/collectors.h"
#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

void assign(Config& config, std::string_view key, std::string_view value) {
  const auto setting = std::ranges::find(settings(), key, &Setting::key);
  ASSERT_NE(setting, settings().end()) << key;
  setting->assign(config, value);
}

class SettingTest : public testing::TestWithParam<Setting> {};

TEST_P(SettingTest, ShowsTheDefaultThatTheConfigHas) {
  Config config;
  GetParam().assign(config, GetParam().default_value);
  EXPECT_EQ(config, Config());
}

TEST_P(SettingTest, HasAFlagThatIsSpeltLikeItsKey) {
  // But for --web.config.file, which all exporters spell so.
  const auto spelling = [](std::string text) {
    std::ranges::replace(text, '_', '-');
    std::ranges::replace(text, '.', '-');
    return text;
  };
  EXPECT_EQ(spelling(std::string(GetParam().flag)), "--" + spelling(std::string(GetParam().key)));
}

TEST_P(SettingTest, IsDocumentedWithKeyFlagAndDefault) {
  const std::string page = read_file("docs/exporter.md");
  const std::string value(GetParam().default_value);
  const std::string row = "| `" + std::string(GetParam().key) + "` | `" +
                          std::string(GetParam().flag) + "` | `" +
                          (value.empty() ? R"("")" : value) + "` |";
  EXPECT_NE(page.find(row), std::string::npos) << row;
}

TEST_P(SettingTest, StandsOnTheManPageWithItsDefault) {
  std::string page = read_file("exporter/seadragon-exporter.8");
  std::erase(page, '\\');  // of \-
  const std::size_t place = page.find(".BI " + std::string(GetParam().flag) + "= ");
  ASSERT_NE(place, std::string::npos);
  const std::string entry = page.substr(place, page.find("\n.TP", place) - place);
  const std::string value(GetParam().default_value);
  if (value.empty()) return;
  const std::size_t told = entry.find("Default:");
  ASSERT_NE(told, std::string::npos) << entry;
  EXPECT_NE(entry.find(value, told), std::string::npos) << entry;
}

INSTANTIATE_TEST_SUITE_P(All, SettingTest, testing::ValuesIn(settings()), [](const auto& setting) {
  std::string name(setting.param.key);
  std::ranges::replace(name, '.', '_');
  return name;
});

TEST(SettingsTest, TakeTheirValues) {
  Config config;
  assign(config, "web.listen_address", "[::1]:0");
  assign(config, "server.url", "https://llm.example:8000/metrics?model=a");
  assign(config, "server.preset", "llamacpp");
  assign(config, "server.timeout", "250ms");
  assign(config, "log.level", "warn");
  assign(config, "path.procfs", "/host/proc");
  EXPECT_EQ(config.web.listen_address, "[::1]:0");
  EXPECT_EQ(config.server.url, "https://llm.example:8000/metrics?model=a");
  EXPECT_EQ(config.server.preset.name, "llamacpp");
  EXPECT_EQ(config.server.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(config.log.level, monitoring::LogLevel::warning);
  EXPECT_EQ(config.path.procfs, "/host/proc");
}

TEST(SettingsTest, SwitchCollectorsOffAndOnAgain) {
  Config config;
  assign_collector(config, "cpu", "false");
  EXPECT_TRUE(config.collectors_off.contains("cpu"));
  assign_collector(config, "cpu", "true");
  EXPECT_TRUE(config.collectors_off.empty());
  EXPECT_THROW(assign_collector(config, "cpu", "yes"), std::invalid_argument);
}

struct BadValue {
  std::string_view key;
  std::string_view value;
};

class BadValueTest : public testing::TestWithParam<BadValue> {};

TEST_P(BadValueTest, IsRefusedAndChangesNothing) {
  Config config;
  EXPECT_THROW(assign(config, GetParam().key, GetParam().value), std::invalid_argument);
  EXPECT_EQ(config, Config());
}

INSTANTIATE_TEST_SUITE_P(Values, BadValueTest,
                         testing::ValuesIn(std::vector<BadValue>{
                             {"web.listen_address", ""},
                             {"web.listen_address", "localhost"},
                             {"web.listen_address", "localhost:65536"},
                             {"web.listen_address", "localhost:http"},
                             {"web.listen_address", "::1:80"},
                             {"web.listen_address", "local host:80"},
                             {"web.listen_address", "localhost:1,"},
                             {"web.listen_address", "localhost:1,::1:80"},
                             {"web.listen_address", "unix:socket"},
                             {"web.systemd_socket", "maybe"},
                             {"web.telemetry_path", "metrics"},
                             {"web.telemetry_path", "/"},
                             {"web.telemetry_path", "/-/ready"},
                             {"web.telemetry_path", "/a?b"},
                             {"web.max_requests", "-1"},
                             {"web.enable_lifecycle", "yes"},
                             {"cpu.per_cpu", "1"},
                             {"server.url", "127.0.0.1:10300"},
                             {"server.url", "ftp://host/metrics"},
                             {"server.url", "file:///etc/passwd"},
                             {"server.url", "http://"},
                             {"server.url", "http:///metrics"},
                             {"server.url", "http://host/a b"},
                             {"server.url", "http://user:secret@host/metrics"},
                             {"server.preset", "apache"},
                             {"server.timeout", "5"},
                             {"server.timeout", "s"},
                             {"server.timeout", "0s"},
                             {"server.timeout", "-1s"},
                             {"server.timeout", "11m"},
                             {"server.timeout", "4294967296ms"},
                             {"server.timeout", "1.5s"},
                             {"log.level", "loud"},
                             {"path.procfs", ""},
                             {"path.sysfs", ""},
                             {"process.command", "/usr/bin/vllm"},
                             {"disk.mounts", "data"},
                             {"disk.mounts", "/, data"},
                             {"mail.spool", "spool/queue"},
                         }));

TEST(CollectorsTest, AreMadeUnlessOffOrWithoutAnythingToRead) {
  const AnswerCounts answers;
  const ServedCertificate certificate;
  const auto names = [&](const Config& config) {
    std::string list;
    for (const auto& collector :
         make_collectors(config, {.stop = {}, .answers = answers, .certificate = certificate})) {
      list += std::string(collector->name()) + ' ';
    }
    return list;
  };
  Config config;
  EXPECT_EQ(names(config), "cpu memory load pressure disk network cgroup gpu exporter server ");
  config.collectors_off = {"cpu", "load", "pressure", "cgroup", "gpu"};
  EXPECT_EQ(names(config), "memory disk network exporter server ");
  config.server.url = "";
  config.disk.mounts = {};
  EXPECT_EQ(names(config), "memory network exporter ");
  config.server.process.command = "llama-server";
  config.web.disable_exporter_metrics = true;
  config.mail.spool = "/var/spool/seadragon";
  EXPECT_EQ(names(config), "memory network process mail ");
}

TEST(CollectorsTest, CarryTheNameTheyAreListedBy) {
  Config config;
  config.server.process.command = "llama-server";
  config.mail.spool = "/var/spool/seadragon";
  const AnswerCounts answers;
  const ServedCertificate certificate;
  const auto collectors =
      make_collectors(config, {.stop = {}, .answers = answers, .certificate = certificate});
  ASSERT_EQ(collectors.size(), collector_names().size());
  for (std::size_t i = 0; i < collectors.size(); ++i) {
    EXPECT_EQ(collectors[i]->name(), collector_names()[i]);
  }
}

}  // namespace
}  // namespace seadragon::exporter
