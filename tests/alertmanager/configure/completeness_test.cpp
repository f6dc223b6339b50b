#include "alertmanager/configure/completeness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seadragon::alerts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Settings good() {
  Settings settings;
  settings.smtp.username = "llm@example.org";
  settings.smtp.password = "secret";
  settings.recipients = {"ops@example.org"};
  return settings;
}

Settings good_with_spool() {
  Settings settings = good();
  settings.spool.program = Settings::Spool::Program::postfix;
  return settings;
}

TEST(CompletenessTest, NamesAllThatIsMissing) {
  EXPECT_THAT(missing_for_mail(good()), IsEmpty());
  EXPECT_THAT(missing_for_mail(Settings()),
              ElementsAre(HasSubstr("SMTP_USERNAME"), HasSubstr("SMTP_PASSWORD"),
                          HasSubstr("ALERT_RECIPIENTS")));
}

TEST(CompletenessTest, DoesNotCallMissingWhatWasRefused) {
  EXPECT_THAT(missing_for_mail(Settings(), {"SMTP_PASSWORD must be one line",
                                            "alerting.yml:3: recipients must be a list"}),
              ElementsAre(HasSubstr("SMTP_USERNAME")));
}

TEST(CompletenessTest, DoesNotCallMissingWhatMayBeInARefusedSection) {
  const std::vector<std::string> refused_sections = {
      "a.yml:1: unknown key \"smpt\", did you mean \"smtp\"?",
      "a.yml:1: keys expected; known are smtp.ca_file, smtp.password, smtp.username",
      "a.yml:1: unknown key \"mail\"; known are links, smtp, thresholds",
  };
  for (const std::string& refused : refused_sections) {
    EXPECT_THAT(missing_for_mail(Settings(), {refused}), ElementsAre(HasSubstr("ALERT_RECIPIENTS")))
        << refused;
  }
  EXPECT_THAT(missing_for_mail(Settings(), {"a.yml:1: unknown key \"recipient\", did you mean "
                                            "\"recipients\"?"}),
              ElementsAre(HasSubstr("SMTP_USERNAME"), HasSubstr("SMTP_PASSWORD")));
}

TEST(CompletenessTest, CallsMissingWhatAnotherRefusalOnlySeemsToName) {
  EXPECT_THAT(missing_for_mail(Settings(), {"/etc/smtp/a.yml:1: smtp.port must be a port",
                                            "smtp/recipients.yml:2: links.runbook must be a page"})
                  .size(),
              3U);
}

TEST(CompletenessTest, FindsNothingWrongWithWhatIsGood) {
  EXPECT_THAT(contradictions(Settings()), IsEmpty());
  EXPECT_THAT(contradictions(good()), IsEmpty());
  EXPECT_THAT(contradictions(good_with_spool()), IsEmpty());
}

TEST(CompletenessTest, WantsASenderForALoginThatIsNoAddress) {
  Settings settings = good();
  settings.smtp.username = "monitoring";
  EXPECT_THAT(contradictions(settings), ElementsAre(HasSubstr("set smtp.from")));
  settings.smtp.from = "llm@example.org";
  EXPECT_THAT(contradictions(settings), IsEmpty());
}

TEST(CompletenessTest, WantsNoSenderThatMayBeInWhatWasRefused) {
  Settings settings = good();
  settings.smtp.username = "monitoring";
  for (const char* refused : {"a.yml:1: unknown key \"smpt\", did you mean \"smtp\"?",
                              "a.yml:1: unknown key \"smtp.form\", did you mean \"smtp.from\"?",
                              "a.yml:1: smtp.from must be a plain address, not \"x\""}) {
    EXPECT_THAT(contradictions(settings, {refused}), IsEmpty()) << refused;
  }
}

TEST(CompletenessTest, WantsCertificatesThatAreThere) {
  Settings settings = good();
  settings.smtp.ca_file = "/none/ca.pem";
  EXPECT_THAT(contradictions(settings),
              ElementsAre("smtp.ca_file /none/ca.pem: No such file or directory"));
}

TEST(CompletenessTest, RefusesALoginThatTheSpoolCannotCarry) {
  Settings settings = good_with_spool();
  settings.smtp.from = "llm@example.org";
  settings.smtp.username = "a:b";
  EXPECT_THAT(contradictions(settings), ElementsAre(HasSubstr("colon")));
  settings.smtp.username = " a";
  EXPECT_THAT(contradictions(settings), ElementsAre(HasSubstr("begins with a blank")));
  settings.smtp.username = "a";
  settings.smtp.password = "not shown ";
  EXPECT_THAT(contradictions(settings),
              ElementsAre(testing::AllOf(HasSubstr("ends with a blank"),
                                         testing::Not(HasSubstr("not shown")))));
  settings.spool.program = Settings::Spool::Program::none;
  EXPECT_THAT(contradictions(settings), IsEmpty());
}

TEST(CompletenessTest, RefusesAnAddressThatTheSpoolCannotLookUp) {
  Settings settings = good_with_spool();
  settings.recipients = {"a=b@example.org"};
  EXPECT_THAT(contradictions(settings), ElementsAre(HasSubstr("a=b@example.org")));
}

TEST(CompletenessTest, KeepsTheSpoolOutOfTheFoldersOfOthers) {
  for (const char* taken : {"/var/spool/postfix", "/var/spool/postfix/mine", "/etc/postfix"}) {
    Settings settings = good_with_spool();
    settings.spool.directory = taken;
    EXPECT_THAT(contradictions(settings), ElementsAre(HasSubstr(taken)));
  }
}

}  // namespace
}  // namespace seadragon::alerts
