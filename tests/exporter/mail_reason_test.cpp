#include "exporter/mail_reason.h"

#include <gtest/gtest.h>

#include "lib/src/text_format.h"
#include "tests/mutator.h"

namespace seadragon::exporter {
namespace {

TEST(MailReasonTest, KeepsTheWordsOfTheServer) {
  for (const char* const words : {
           "Host or domain name not found. Name service error for name=smtp.example.org type=A: "
           "Host not found, try again",
           "conversation with smtp2024.example.org timed out while sending MAIL FROM",
           "host mx1 said: 550 5.1.1 <oncall2024team@x.example>: no such user (in reply to RCPT TO "
           "command)",
           "not accepted: see https://support.example/mail/?p=BadCredentials",
       }) {
    EXPECT_EQ(mail_reason(words), words);
  }
}

TEST(MailReasonTest, LeavesOutWhichAddressOfAHostWasTried) {
  EXPECT_EQ(mail_reason("connect to smtp.x.example[192.0.2.1]:587: Connection refused"),
            "connect to smtp.x.example:587: Connection refused");
  EXPECT_EQ(mail_reason("connect to smtp.x.example[2001:db8::1]:587: Connection refused"),
            "connect to smtp.x.example:587: Connection refused");
  EXPECT_EQ(mail_reason("connect to 192.168.100.120[192.168.100.120]:10926: Connection refused"),
            "connect to 192.168.100.120:10926: Connection refused");
  EXPECT_EQ(mail_reason("421 [192.168.100.120] blocked x[y"), "421 [192.168.100.120] blocked x[y");
}

TEST(MailReasonTest, ReplacesWhatDiffersAtEachTry) {
  const std::pair<const char*, const char*> replaced[] = {
      {"421 4.7.0 Try again. x12-20020a170906dfa00b00a3 - gsmtp",
       "421 4.7.0 Try again. ... - gsmtp"},
      {"535-5.7.8 ?p=Bad a640c23a62f3a-b1d2c3e4f5asi12345.678 - gsmtp",
       "535-5.7.8 ?p=Bad ... - gsmtp"},
      {"451 4.3.0 Queue file write error (4SdK3m9A8B7C1234)",
       "451 4.3.0 Queue file write error (...)"},
      {"[DB5EUR01FT054.x.example 2026-11-28T19:34:53.123Z 08DBC0A1B2C3D4]",
       "[DB5EUR01FT054.x.example ... ...]"},
      {"Greylisted (in 299 seconds)", "Greylisted (in ... seconds)"},
      {"come back in 00:04:59.", "come back in ...."},
      {"see https://x.example/help?id=1795894738", "see https://x.example/help?id=..."},
  };
  for (const auto& [words, label] : replaced) EXPECT_EQ(mail_reason(words), label);
}

TEST(MailReasonTest, IsTheSameForTheMailsBehindTheOneThatWasTried) {
  EXPECT_EQ(mail_reason("delivery temporarily suspended: connect to x[192.0.2.1]:25: refused"),
            mail_reason("connect to x[192.0.2.2]:25: refused"));
}

TEST(MailReasonTest, HasSingleBlanks) {
  EXPECT_EQ(mail_reason("  550\t no\r\n such  user \x01"), "550 no such user");
  EXPECT_EQ(mail_reason(" \t "), "");
  EXPECT_EQ(mail_reason(""), "");
}

TEST(MailReasonTest, IsCutBetweenTwoCharacters) {
  EXPECT_EQ(mail_reason(std::string(200, 'x')), std::string(200, 'x'));
  EXPECT_EQ(mail_reason(std::string(201, 'x')), std::string(197, 'x') + "...");
  std::string two_bytes_each;
  for (int i = 0; i < 200; ++i) two_bytes_each += "\u00e9";
  EXPECT_EQ(mail_reason(two_bytes_each), two_bytes_each.substr(0, 196) + "...");
}

TEST(MailReasonTest, IsShortAndValidWhateverTheServerSays) {
  tests::Mutator mutator;
  const std::string seed =
      "host smtp.x.example[2001:db8::1] said: 421-4.7.0 [192.0.2.1 15] Zu viele \u00c4nderungen, "
      "versuchen Sie es in 299 seconds (00:04:59) noch einmal. "
      "a640c23a62f3a-b1d2c3e4f5asi12345.678 "
      "- gsmtp (in reply to end of DATA command)";
  for (int i = 0; i < 5000; ++i) {
    const std::string label = mail_reason(mutator.mutated(seed));
    EXPECT_LE(label.size(), 200U);
    EXPECT_EQ(monitoring::valid_utf8(label), label);
    EXPECT_EQ(label.find_first_of("\t\r\n"), std::string::npos);
    EXPECT_EQ(label.find("  "), std::string::npos);
  }
}

}  // namespace
}  // namespace seadragon::exporter
