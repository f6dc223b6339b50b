#include "alertmanager/configure/smtp_dialogue.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alertmanager/configure/base64.h"

namespace seadragon::alerts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const MailServer server{.host = "x", .username = "mon@example.org", .password = "hunter2"};

TEST(SmtpDialogueTest, KeepsEachCommandWithItsReply) {
  SmtpDialogue dialogue(server);
  EXPECT_EQ(dialogue.step(), Step::connect);
  dialogue.received("220 provider\r\n");
  dialogue.sent("EHLO localhost\r\n");
  dialogue.received("250-provider\r\n");
  dialogue.received("250 STARTTLS\r\n");
  dialogue.sent("STARTTLS\r\n");
  dialogue.received("220 go ahead\r\n");
  EXPECT_EQ(dialogue.step(), Step::tls);
  EXPECT_TRUE(dialogue.offers_starttls());

  const auto& exchanges = dialogue.exchanges();
  ASSERT_EQ(exchanges.size(), 4U);
  EXPECT_EQ(exchanges[0].code, 220);
  EXPECT_EQ(exchanges[0].reply, "provider");
  EXPECT_EQ(exchanges[1].said, "EHLO localhost");
  EXPECT_EQ(exchanges[1].reply, "provider");
  EXPECT_EQ(exchanges[2].reply, "go ahead");
}

TEST(SmtpDialogueTest, KeepsWhatTheLastEhloOffers) {
  SmtpDialogue dialogue(server);
  dialogue.received("220 provider");
  dialogue.sent("EHLO a");
  dialogue.received("250-STARTTLS");
  dialogue.received("250 AUTH CRAM-MD5");
  dialogue.sent("EHLO a");
  dialogue.received("250-provider");
  dialogue.received("250 auth plain LOGIN PLAIN");
  EXPECT_FALSE(dialogue.offers_starttls());
  EXPECT_THAT(dialogue.mechanisms(), ElementsAre("PLAIN", "LOGIN"));
}

TEST(SmtpDialogueTest, JoinsTheLinesOfARefusal) {
  SmtpDialogue dialogue(server);
  dialogue.received("554-go");
  dialogue.received("554 away");
  EXPECT_EQ(dialogue.exchanges().back().code, 554);
  EXPECT_EQ(dialogue.exchanges().back().reply, "go away");
}

TEST(SmtpDialogueTest, KeepsNoSecret) {
  const std::string plain = to_base64(std::string("\0mon@example.org\0hunter2", 24));
  for (const std::string& answer : {plain, to_base64("hunter2"), std::string("hunter2")}) {
    SmtpDialogue dialogue(server);
    dialogue.received("220 provider");
    dialogue.sent("AUTH PLAIN " + plain);
    dialogue.received("334 ");
    dialogue.sent(answer);
    dialogue.received("535 no " + answer);
    const Exchange& exchange = dialogue.exchanges().back();
    EXPECT_EQ(exchange.said, "AUTH PLAIN");
    EXPECT_EQ(exchange.reply, "no ***");
  }
}

TEST(SmtpDialogueTest, TakesAnAnswerForNoCommandWhateverItsLetters) {
  SmtpDialogue dialogue(server);
  dialogue.received("220 provider");
  dialogue.sent("AUTH LOGIN");
  dialogue.received("334 VXNlcm5hbWU6");
  dialogue.sent("DATAsecret");
  dialogue.received("535 no");
  EXPECT_EQ(dialogue.step(), Step::auth);
  EXPECT_EQ(dialogue.exchanges().size(), 2U);
}

TEST(SmtpDialogueTest, NotesAPromptThatAlertmanagerDoesNotKnow) {
  const auto prompt_of = [](const std::string& first, const std::string& second) {
    SmtpDialogue dialogue(server);
    dialogue.received("220 provider");
    dialogue.sent("AUTH LOGIN");
    dialogue.received("334 " + first);
    dialogue.sent("x");
    dialogue.received("334 " + second);
    return dialogue.odd_prompt();
  };
  EXPECT_EQ(prompt_of(to_base64("Username:"), to_base64("Password:")), "");
  EXPECT_EQ(prompt_of(to_base64("username:"), to_base64("PASSWORD:")), "");
  EXPECT_EQ(prompt_of(to_base64("Username:"), to_base64("Secret?")), "Secret?");
  EXPECT_EQ(prompt_of(to_base64("User Name"), to_base64("Password:")), "User Name");
  EXPECT_EQ(prompt_of("Username:", to_base64("Password:")), "");
}

}  // namespace
}  // namespace seadragon::alerts
