#include "alertmanager/configure/settings_reader.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "lib/src/read_file.h"
#include "tests/mutator.h"
#include "tests/temporary_folder.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::read_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string samples = "tests/alertmanager/configure/settings/";

std::vector<std::string> sample_files(std::string_view ending) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(samples)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) files.push_back(name);
  }
  return files;
}

/// "port_zero.bad.yml" -> "port_zero"
std::string test_name(const testing::TestParamInfo<std::string>& file) {
  return file.param.substr(0, file.param.find('.'));
}

Environment variables(std::map<std::string, std::string, std::less<>> values) {
  return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

Settings parsed(const std::string& name) {
  Faults faults;
  const auto settings = parse_settings(read_file(samples + name), name, faults);
  EXPECT_THAT(faults, IsEmpty());
  return settings.value();
}

class GoodSettingsTest : public testing::TestWithParam<std::string> {};

TEST_P(GoodSettingsTest, AreAccepted) { parsed(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Files, GoodSettingsTest, testing::ValuesIn(sample_files(".good.yml")),
                         test_name);

class BadSettingsTest : public testing::TestWithParam<std::string> {};

/// The first line of the file is a comment that holds the message after the file's name.
TEST_P(BadSettingsTest, AreRefusedWithTheMessageInTheirFirstLine) {
  const std::string text = read_file(samples + GetParam());
  ASSERT_TRUE(text.starts_with("# :")) << text;
  Faults faults;
  parse_settings(text, GetParam(), faults);
  EXPECT_THAT(faults, ElementsAre(GetParam() + text.substr(2, text.find('\n') - 2)));
}

INSTANTIATE_TEST_SUITE_P(Files, BadSettingsTest, testing::ValuesIn(sample_files(".bad.yml")),
                         test_name);

TEST(SettingsReaderTest, TakesEveryKey) {
  const Settings settings = parsed("everything.good.yml");
  EXPECT_EQ(settings.smtp.server, "mail.example.org");
  EXPECT_EQ(settings.smtp.port, 465);
  EXPECT_EQ(settings.smtp.username, "monitoring");
  EXPECT_EQ(settings.smtp.password, "a: b");
  EXPECT_EQ(settings.smtp.from, "llm@example.org");
  EXPECT_EQ(settings.smtp.hello, "llm1.example.org");
  EXPECT_EQ(settings.smtp.ca_file, "/etc/ssl/certs/example.pem");
  EXPECT_THAT(settings.recipients, ElementsAre("ops@example.org", "second@example.org"));
  EXPECT_EQ(settings.spool.program, Settings::Spool::Program::postfix);
  EXPECT_EQ(settings.spool.directory, "/srv/spool");
  EXPECT_EQ(settings.spool.port, 2525);
  EXPECT_EQ(settings.thresholds.at("cpu_percent"), "85.5");
  EXPECT_EQ(settings.thresholds.at("queue_length"), "200");
  EXPECT_EQ(settings.links.runbook, "https://wiki.example.org/llm");
  EXPECT_EQ(settings.links.dashboards, "https://grafana.example.org");
  EXPECT_EQ(settings.watchdog_url, "https://dead-man.example.org/ping/1");
  EXPECT_EQ(settings.prometheus.url, "http://127.0.0.1:19090");
  EXPECT_EQ(settings.alertmanager.url, "http://127.0.0.1:19093");
  EXPECT_EQ(settings.alertmanager.user, "alertmanager");
}

TEST(SettingsReaderTest, TakesShortForms) {
  const Settings settings = parsed("short_forms.good.yml");
  EXPECT_THAT(settings.recipients, ElementsAre("ops@example.org", "second@example.org"));
  EXPECT_EQ(settings.spool.program, Settings::Spool::Program::postfix);
}

TEST(SettingsReaderTest, HasTheDefaultsWhenTheFileSaysNothing) {
  for (const char* name : {"empty.good.yml", "sections_without_keys.good.yml"}) {
    EXPECT_EQ(parsed(name), Settings()) << name;
  }
}

TEST(SettingsReaderTest, FindsTheDefaultsInTheExampleFile) {
  Faults faults;
  EXPECT_EQ(parse_settings(read_file("alertmanager/alerting.yml"), "alerting.yml", faults),
            Settings());
  EXPECT_THAT(faults, IsEmpty());
}

TEST(SettingsReaderTest, TellsEveryFaultAtOnce) {
  Faults faults;
  parse_settings(
      "smtp: {port: 0, usrname: x, server: mail.example.org}\nrecipients: [a, b]\n"
      "links: {runbook: x}\nspol: none\n",
      "alerting.yml", faults);
  EXPECT_THAT(faults,
              ElementsAre(HasSubstr("smtp.port"), HasSubstr("smtp.usrname"),
                          HasSubstr("recipients"), HasSubstr("links.runbook"), HasSubstr("spol")));
}

TEST(SettingsReaderTest, PutsTheEnvironmentOverTheFile) {
  const TemporaryFolder folder;
  folder.write("alerting.yml",
               "smtp: {server: a.example.org, username: file@example.org}\n"
               "recipients: [file@example.org]\n");
  Faults faults;
  const auto read =
      read_settings(folder.path("alerting.yml"),
                    variables({{"SMTP_SERVER", "b.example.org"},
                               {"SMTP_PORT", "2525"},
                               {"SMTP_USERNAME", ""},
                               {"SMTP_PASSWORD", "x"},
                               {"ALERT_RECIPIENTS", " a@example.org , b@example.org,,"}}),
                    faults);
  EXPECT_THAT(faults, IsEmpty());
  const Settings& settings = read.value();
  EXPECT_EQ(settings.smtp.server, "b.example.org");
  EXPECT_EQ(settings.smtp.port, 2525);
  EXPECT_EQ(settings.smtp.username, "file@example.org");
  EXPECT_EQ(settings.smtp.password, "x");
  EXPECT_THAT(settings.recipients, ElementsAre("a@example.org", "b@example.org"));
}

TEST(SettingsReaderTest, NamesTheVariableThatIsWrongAndNeverThePassword) {
  Faults faults;
  read_settings("",
                variables({{"SMTP_PORT", "25x"},
                           {"SMTP_PASSWORD", "hidden\nsecond line"},
                           {"ALERT_RECIPIENTS", "ops"}}),
                faults);
  EXPECT_THAT(
      faults,
      ElementsAre("SMTP_PORT must be a port, 1 to 65535, not \"25x\"",
                  "SMTP_PASSWORD must be one line without control characters",
                  "ALERT_RECIPIENTS must be a plain address such as ops@example.org, not \"ops\""));
}

TEST(SettingsReaderTest, ReadsAPasswordFileWithoutItsLineEnd) {
  const TemporaryFolder folder;
  const std::string file = folder.path("password");
  folder.write("alerting.yml", "smtp: {password_file: " + file + "}");
  const std::vector<std::pair<std::string, std::string>> contents = {
      {"secret", "secret"}, {"secret\n", "secret"}, {"secret\r\n", "secret"}, {" {{s ", " {{s "}};
  for (const auto& [content, password] : contents) {
    folder.write("password", content);
    Faults faults;
    EXPECT_EQ(read_settings(folder.path("alerting.yml"), variables({}), faults)->smtp.password,
              password);
    EXPECT_THAT(faults, IsEmpty());
  }
}

TEST(SettingsReaderTest, RefusesAPasswordFileThatHoldsNoPassword) {
  const TemporaryFolder folder;
  const std::string file = folder.path("password");
  folder.write("alerting.yml", "smtp: {password_file: " + file + "}");
  const auto fault = [&] {
    Faults faults;
    read_settings(folder.path("alerting.yml"), variables({}), faults);
    return faults;
  };
  EXPECT_THAT(fault(), ElementsAre("smtp.password_file " + file + ": No such file or directory"));
  folder.write("password", "\n");
  EXPECT_THAT(fault(), ElementsAre("smtp.password_file " + file + " is empty"));
  folder.write("password", "one\ntwo");
  EXPECT_THAT(fault(), ElementsAre(HasSubstr("must hold one line")));
}

TEST(SettingsReaderTest, RefusesAPasswordThatEverybodyMayRead) {
  const TemporaryFolder folder;
  const std::string file = folder.path("alerting.yml");
  folder.write("alerting.yml", "smtp: {password: secret}");
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  Faults faults;
  read_settings(file, variables({}), faults);
  EXPECT_THAT(faults, ElementsAre(HasSubstr("chmod 600 " + file)));
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  faults.clear();
  read_settings(file, variables({}), faults);
  EXPECT_THAT(faults, IsEmpty());
}

TEST(SettingsReaderTest, RefusesTwoPasswordsInOneFile) {
  const TemporaryFolder folder;
  const std::string file = folder.path("alerting.yml");
  folder.write("alerting.yml", "smtp: {password: secret, password_file: /etc/hostname}");
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  Faults faults;
  read_settings(file, variables({}), faults);
  EXPECT_THAT(faults, ElementsAre(HasSubstr("keep one of them")));
}

TEST(SettingsReaderTest, NamesAFileThatIsNotThere) {
  Faults faults;
  EXPECT_FALSE(read_settings("none/alerting.yml", variables({}), faults));
  EXPECT_THAT(faults, ElementsAre("none/alerting.yml: No such file or directory"));
}

TEST(SettingsReaderTest, HasNoSettingsOfWhatIsNoYamlWithKeys) {
  for (const char* text : {"smtp: {", "smtp: {port: 1}\nsmtp: {port: 2}", "- smtp", "smtp"}) {
    Faults faults;
    EXPECT_FALSE(parse_settings(text, "alerting.yml", faults)) << text;
    EXPECT_EQ(faults.size(), 1U) << text;
  }
}

TEST(SettingsReaderTest, TellsThePlaceForEveryDamagedText) {
  tests::Mutator mutator;
  for (const auto& entry : std::filesystem::directory_iterator(samples)) {
    const std::string seed = read_file(entry.path().string());
    for (int i = 0; i < 300; ++i) {
      Faults faults;
      parse_settings(mutator.mutated(seed), "alerting.yml", faults);
      for (const std::string& fault : faults) {
        EXPECT_TRUE(fault.starts_with("alerting.yml:")) << fault;
        EXPECT_EQ(fault.find('\n'), std::string::npos) << fault;
      }
    }
  }
}

}  // namespace
}  // namespace seadragon::alerts
