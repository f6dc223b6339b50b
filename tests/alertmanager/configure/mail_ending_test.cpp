#include "alertmanager/configure/mail_ending.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mutator.h"

namespace seadragon::alerts {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const MailServer server{
    .host = "smtp.example.org", .port = 587, .username = "mon@example.org", .password = "hunter2"};

std::string advice_for(Cause cause, Step step = Step::connect, int code = 0) {
  return advice(server, "ops@example.org", {.cause = cause, .step = step, .code = code});
}

TEST(AdviceTest, IsSilentWhenTheMailArrived) { EXPECT_EQ(advice_for(Cause::none), ""); }

TEST(AdviceTest, IsOneLineWithoutTheSecretForWhateverHappens) {
  for (int cause = static_cast<int>(Cause::refused); cause <= static_cast<int>(Cause::other);
       ++cause) {
    for (int step = 0; step <= static_cast<int>(Step::quit); ++step) {
      for (const int code : {0, 421, 451, 530, 534, 535, 550, 552, 554}) {
        const std::string line =
            advice_for(static_cast<Cause>(cause), static_cast<Step>(step), code);
        EXPECT_THAT(line, AllOf(Not(HasSubstr("\n")), Not(HasSubstr("hunter2")))) << cause;
        EXPECT_FALSE(line.empty()) << cause << ' ' << step << ' ' << code;
      }
    }
  }
}

TEST(AdviceTest, AsksForAnAppPasswordAtGmail) {
  const MailServer gmail{.host = "smtp.gmail.com", .username = "a@gmail.com"};
  for (const int code : {534, 535}) {
    EXPECT_THAT(advice(gmail, "", {.cause = Cause::refused, .step = Step::auth, .code = code}),
                AllOf(HasSubstr("smtp.password (SMTP_PASSWORD)"), HasSubstr("app password")));
  }
}

TEST(AdviceTest, TellsALoginThatIsNotCheckedNowFromAWrongOne) {
  EXPECT_THAT(advice_for(Cause::refused, Step::auth, 454), HasSubstr("nothing is to be changed"));
  EXPECT_THAT(advice_for(Cause::refused, Step::auth, 535), HasSubstr("SMTP_USERNAME"));
  EXPECT_THAT(advice_for(Cause::refused, Step::mail, 530), HasSubstr("SMTP_PASSWORD"));
}

TEST(AdviceTest, AsksForALoginWhereThereIsNone) {
  EXPECT_THAT(advice({.host = "x"}, "", {.cause = Cause::refused, .step = Step::mail, .code = 530}),
              HasSubstr("wants a login"));
}

struct Reason {
  const char* text;
  Cause cause;
  Step step;
  int code;
  const char* change;
};

/// As Postfix 3.7 wrote them, or as its sources would.
constexpr std::array reasons = {
    Reason{"connect to smtp.example.org[192.0.2.1]:587: Connection refused", Cause::closed,
           Step::connect, 0, "SMTP_PORT"},
    Reason{"connect to smtp.example.org[192.0.2.1]:587: Connection timed out", Cause::silent,
           Step::connect, 0, "firewall"},
    Reason{"unable to look up host smtp.exmaple.org: Name or service not known", Cause::unresolved,
           Step::connect, 0, "SMTP_SERVER"},
    Reason{"Host or domain name not found. Name service error for name=x type=A: Host not found",
           Cause::unresolved, Step::connect, 0, "SMTP_SERVER"},
    Reason{"SASL authentication failed; server smtp.example.org[192.0.2.1] said: "
           "535 5.7.8 Authentication credentials invalid",
           Cause::refused, Step::auth, 535, "SMTP_PASSWORD"},
    Reason{"SASL authentication failed; cannot authenticate to server x[192.0.2.1]: no mechanism "
           "available",
           Cause::unknown_mechanism, Step::auth, 0, "PLAIN"},
    Reason{"host smtp.example.org[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO "
           "command)",
           Cause::refused, Step::rcpt, 550, "ops@example.org"},
    Reason{"host x[192.0.2.1] said: 550 5.7.1 not yours: Connection refused "
           "(in reply to MAIL FROM command)",
           Cause::refused, Step::mail, 550, "smtp.from"},
    Reason{"host x[192.0.2.1] said: 451 4.7.1 greylisted (in reply to end of DATA command)",
           Cause::refused, Step::content, 451, "greylisting"},
    Reason{"host x[192.0.2.1] said: 554 5.7.1 spam (in reply to end of DATA command)",
           Cause::refused, Step::content, 554, "provider"},
    Reason{"host x[192.0.2.1] refused to talk to me: 554 go away", Cause::refused, Step::greeting,
           554, "provider"},
    Reason{
        "lost connection with x[192.0.2.1] while sending end of data -- message may be sent more "
        "than once",
        Cause::cut, Step::content, 0, "ends connections"},
    Reason{"conversation with x[192.0.2.1] timed out while receiving the initial server greeting",
           Cause::silent, Step::greeting, 0, "never greets"},
    Reason{"TLS is required, but was not offered by host x[192.0.2.1]", Cause::no_starttls,
           Step::starttls, 0, "STARTTLS"},
    Reason{"Server certificate not trusted", Cause::untrusted, Step::tls, 0, "smtp.ca_file"},
    Reason{"Server certificate not verified", Cause::wrong_name, Step::tls, 0, "SMTP_SERVER"},
    Reason{"Cannot start TLS: handshake failure", Cause::other, Step::tls, 0, "SMTP_PORT"},
};

TEST(PostfixReasonTest, LeadsToTheSameAdviceAsTheServerItself) {
  for (const Reason& reason : reasons) {
    const MailEnding ending = ending_of_postfix(reason.text);
    EXPECT_EQ(ending.cause, reason.cause) << reason.text;
    EXPECT_EQ(ending.step, reason.step) << reason.text;
    EXPECT_EQ(ending.code, reason.code) << reason.text;
    EXPECT_THAT(advice(server, "ops@example.org", ending), HasSubstr(reason.change));
  }
}

TEST(PostfixReasonTest, KeepsTheServersOwnWords) {
  EXPECT_EQ(ending_of_postfix(reasons[6].text).words, "550 5.1.1 no such user");
}

TEST(PostfixReasonTest, NoDamagedReasonCountsAsArrived) {
  tests::Mutator mutator;
  for (const Reason& reason : reasons) {
    for (int i = 0; i < 500; ++i) {
      const MailEnding ending = ending_of_postfix(mutator.mutated(reason.text));
      EXPECT_NE(ending.cause, Cause::none);
      EXPECT_NE(advice(server, "ops@example.org", ending), "");
    }
  }
}

}  // namespace
}  // namespace seadragon::alerts
