#include "alertmanager/configure/command_line.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/read_file.h"

namespace seadragon::alerts {
namespace {

using Command = CommandLine::Command;

std::variant<CommandLine, ExitCode> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "seadragon-alerts");
  return CommandLine::parse(static_cast<int>(words.size()), words.data());
}

CommandLine good(const std::vector<const char*>& words) {
  auto parsed = parse(words);
  EXPECT_TRUE(std::holds_alternative<CommandLine>(parsed));
  return std::get<CommandLine>(parsed);
}

TEST(CommandLineTest, ConfiguresFromTheEnvironmentByDefault) {
  const CommandLine line = good({"configure"});
  EXPECT_EQ(line.command(), Command::configure);
  EXPECT_EQ(line.config_file(), "");
  EXPECT_EQ(line.options().output_folder, "/etc/seadragon/alerting");
  EXPECT_FALSE(line.options().allow_no_mail);
  EXPECT_TRUE(line.options().reload);
  EXPECT_TRUE(line.options().writes);
}

TEST(CommandLineTest, TakesEveryFlag) {
  const CommandLine line = good({"configure", "--config.file=a.yml", "--output.dir", "/srv/a",
                                 "--allow-no-mail", "--no-reload"});
  EXPECT_EQ(line.config_file(), "a.yml");
  EXPECT_EQ(line.options().output_folder, "/srv/a");
  EXPECT_TRUE(line.options().allow_no_mail);
  EXPECT_FALSE(line.options().reload);
}

TEST(CommandLineTest, WritesNothingToCheck) {
  const CommandLine line = good({"check", "--allow-no-mail"});
  EXPECT_EQ(line.command(), Command::check);
  EXPECT_FALSE(line.options().writes);
  EXPECT_TRUE(line.options().allow_no_mail);
}

TEST(CommandLineTest, ReadsWhatConfigureWroteForTestMails) {
  EXPECT_EQ(good({"test-mail"}).config_file(), "/etc/seadragon/alerting/alerting.yml");
  EXPECT_EQ(good({"test-mail", "--output.dir=/srv/a"}).config_file(), "/srv/a/alerting.yml");
  EXPECT_EQ(good({"test-mail", "--config.file=a.yml"}).config_file(), "a.yml");
  EXPECT_FALSE(good({"test-mail"}).shows_dialogue());
  EXPECT_TRUE(good({"test-mail", "--verbose"}).shows_dialogue());
}

TEST(CommandLineTest, ShowsTheStatusOfAlertsWithoutMailToo) {
  EXPECT_EQ(good({"status"}).command(), Command::status);
  EXPECT_TRUE(good({"status"}).options().allow_no_mail);
  EXPECT_FALSE(good({"test-mail"}).options().allow_no_mail);
}

TEST(CommandLineTest, RefusesWhatItDoesNotKnow) {
  for (const std::vector<const char*>& words :
       std::vector<std::vector<const char*>>{{},
                                             {"config"},
                                             {"configure", "--force"},
                                             {"check", "--no-reload"},
                                             {"configure", "check"},
                                             {"configure", "more"}}) {
    const auto parsed = parse(words);
    ASSERT_TRUE(std::holds_alternative<ExitCode>(parsed));
    EXPECT_EQ(std::get<ExitCode>(parsed), ExitCode::bad_usage);
  }
}

TEST(CommandLineTest, HelpsAndStandsOnTheManPage) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(std::get<ExitCode>(parse({"--help-all"})), ExitCode::fine);
  const std::string help = testing::internal::GetCapturedStdout();
  std::string page = monitoring::detail::read_file("alertmanager/seadragon-alerts.8");
  std::erase(page, '\\');  // of \-
  for (const char* word : {"configure", "check", "test-mail", "status", "--config.file",
                           "--output.dir", "--allow-no-mail", "--no-reload", "--verbose",
                           "SMTP_SERVER", "ALERT_RECIPIENTS", "/etc/seadragon/alerting"}) {
    EXPECT_NE(help.find(word), std::string::npos) << word;
    EXPECT_NE(page.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace seadragon::alerts
