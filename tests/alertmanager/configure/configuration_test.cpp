#include "alertmanager/configure/configuration.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alertmanager/configure/settings_reader.h"
#include "lib/src/read_file.h"
#include "tests/golden_file.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::read_file;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::matches_golden;

const std::string golden = "tests/alertmanager/configure/golden/";
const ConfigurationPlaces places{.folder = "/etc/seadragon/alerting",
                                 .spool_directory = "/var/spool/seadragon"};

Settings plain_settings() {
  Settings settings;
  settings.smtp.username = "llm@example.org";
  settings.smtp.password = R"(a'b"c:#$ {{d}} ö)";
  settings.recipients = {"ops@example.org", "second@example.org"};
  return settings;
}

Settings settings_with_spool() {
  Settings settings = plain_settings();
  settings.smtp.from = "Alerts@example.org";
  settings.smtp.hello = "llm1.example.org";
  settings.spool.program = Settings::Spool::Program::postfix;
  return settings;
}

const ConfigurationFile* find(const std::vector<ConfigurationFile>& files,
                              const std::string& path) {
  const auto found = std::ranges::find(files, path, &ConfigurationFile::path);
  return found == files.end() ? nullptr : &*found;
}

std::string text(const Settings& settings, const std::string& path) {
  const auto files = configuration(settings, places);
  const ConfigurationFile* const file = find(files, path);
  return file == nullptr ? "" : file->text;
}

TEST(ConfigurationTest, HasTheRoutesOfTheShippedFile) {
  EXPECT_TRUE(
      matches_golden(golden + "alertmanager.yml", text(plain_settings(), "alertmanager.yml")));
}

TEST(ConfigurationTest, EncryptsFromTheFirstByteOnPort465) {
  Settings settings = plain_settings();
  settings.smtp.port = 465;
  EXPECT_NE(text(settings, "alertmanager.yml").find("smtp_require_tls: false"), std::string::npos);
  EXPECT_NE(text(plain_settings(), "alertmanager.yml").find("smtp_require_tls: true"),
            std::string::npos);
}

TEST(ConfigurationTest, GivesEachRecipientTheCertificatesAndTheWatchdogAReceiver) {
  Settings settings = plain_settings();
  settings.smtp.ca_file = "/etc/ssl/certs/example.pem";
  settings.smtp.hello = "llm1.example.org";
  settings.watchdog_url = "https://dead-man.example.org/ping/1";
  EXPECT_TRUE(
      matches_golden(golden + "watchdog.alertmanager.yml", text(settings, "alertmanager.yml")));
}

TEST(ConfigurationTest, SendsNobodyMailsWithoutALogin) {
  Settings settings = plain_settings();
  settings.smtp.password = "";
  EXPECT_TRUE(
      matches_golden(golden + "no_mail.alertmanager.yml", text(settings, "alertmanager.yml")));
  const auto files = configuration(settings, places);
  EXPECT_EQ(find(files, "smtp_password"), nullptr);
  EXPECT_TRUE(std::ranges::none_of(files, &ConfigurationFile::secret));
}

TEST(ConfigurationTest, HandsMailsToTheSpoolWithoutALogin) {
  EXPECT_TRUE(matches_golden(golden + "spool.alertmanager.yml",
                             text(settings_with_spool(), "alertmanager.yml")));
}

TEST(ConfigurationTest, RunsTheSpoolOnFoldersOfItsOwn) {
  EXPECT_TRUE(matches_golden(golden + "main.cf", text(settings_with_spool(), "postfix/main.cf")));
  EXPECT_TRUE(
      matches_golden(golden + "master.cf", text(settings_with_spool(), "postfix/master.cf")));
  EXPECT_EQ(text(settings_with_spool(), "postfix/sasl_passwd"),
            "[smtp.gmail.com]:587 llm@example.org:" + plain_settings().smtp.password + '\n');
}

TEST(ConfigurationTest, EncryptsTheSpoolsConnectionFromTheFirstByteOnPort465) {
  Settings settings = settings_with_spool();
  settings.smtp.port = 465;
  settings.smtp.ca_file = "/etc/ssl/certs/example.pem";
  const std::string main = text(settings, "postfix/main.cf");
  for (const char* line : {"\nsmtp_tls_wrappermode = yes\n", "\nrelayhost = [smtp.gmail.com]:465\n",
                           "\nsmtp_tls_CAfile = /etc/ssl/certs/example.pem\n"}) {
    EXPECT_NE(main.find(line), std::string::npos) << line << main;
  }
}

TEST(ConfigurationTest, KeepsThePasswordInSecretFilesAlone) {
  for (const Settings& settings : {plain_settings(), settings_with_spool()}) {
    for (const ConfigurationFile& file : configuration(settings, places)) {
      EXPECT_EQ(file.text.find(settings.smtp.password) != std::string::npos, file.secret)
          << file.path;
    }
  }
}

TEST(ConfigurationTest, GivesThePasswordToAlertmanagerUnlessThereIsASpool) {
  const auto files = configuration(plain_settings(), places);
  EXPECT_EQ(find(files, "smtp_password")->owner, "prometheus");
  EXPECT_EQ(find(files, "smtp_password")->text, plain_settings().smtp.password);
  const auto with_spool = configuration(settings_with_spool(), places);
  EXPECT_EQ(find(with_spool, "smtp_password")->owner, "");
}

TEST(ConfigurationTest, ShowsTheAddressOfTheSwitchToNobodyButWhoCallsIt) {
  Settings settings = plain_settings();
  settings.watchdog_url = "https://dead-man.example.org/ping/1";
  settings.alertmanager.user = "alertmanager";
  const auto files = configuration(settings, places);
  for (const ConfigurationFile& file : files) {
    EXPECT_EQ(file.secret, file.path == "smtp_password" ||
                               file.text.find(settings.watchdog_url) != std::string::npos)
        << file.path;
  }
  EXPECT_EQ(find(files, "alertmanager.yml")->owner, "alertmanager");
}

TEST(ConfigurationTest, WritesSettingsThatAreReadBackTheSame) {
  Faults faults;
  Settings all = *parse_settings(
      read_file("tests/alertmanager/configure/settings/everything.good.yml"), "", faults);
  all.smtp.username = "null: \"#'\\ ö";
  for (Settings settings : {Settings(), plain_settings(), settings_with_spool(), all}) {
    const auto back = parse_settings(text(settings, "alerting.yml"), "alerting.yml", faults);
    EXPECT_THAT(faults, IsEmpty());
    settings.smtp.password_file =
        settings.sends_mail() ? places.folder + "/smtp_password" : std::string();
    settings.smtp.password = "";
    EXPECT_EQ(back, settings);
  }
}

TEST(ConfigurationTest, WritesTheSettingsForPeople) {
  EXPECT_TRUE(matches_golden(golden + "alerting.yml", text(plain_settings(), "alerting.yml")));
}

}  // namespace
}  // namespace seadragon::alerts
