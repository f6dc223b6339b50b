#include "alertmanager/spool/showq.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/src/read_file.h"
#include "tests/mutator.h"

namespace seadragon::spool {
namespace {

using monitoring::detail::read_file;
using testing::ElementsAre;
using testing::Field;

/// What Postfix 3.7.11 said.
std::string recorded(const std::string& name) {
  return read_file("tests/fixtures/spool/" + name + ".showq");
}

/// As Postfix writes it: here every | is a zero byte.
std::string said(std::string text) {
  for (char& c : text) c = c == '|' ? '\0' : c;
  return text;
}

const std::string one_mail =
    "queue_name|deferred|queue_id|A|time|7|size|5|sender|s@x|recipient|a@x|reason|why||";

std::vector<std::string> queues_of(const std::string& answer) {
  const auto mails = parse_showq(answer);
  if (!mails) return {"malformed"};
  std::vector<std::string> queues;
  for (const WaitingMail& mail : *mails) queues.push_back(mail.queue);
  return queues;
}

TEST(ShowqTest, ReadsEachMailWithItsRecipientsAndTheirReasons) {
  const auto mails = parse_showq(recorded("deferred_and_held"));
  ASSERT_TRUE(mails);
  ASSERT_EQ(mails->size(), 3U);
  const WaitingMail& mail = mails->at(1);
  EXPECT_EQ(mail.queue, "deferred");
  EXPECT_EQ(mail.id, "45A49A8C20B");
  EXPECT_EQ(mail.arrived.time_since_epoch(), std::chrono::seconds(1795894738));
  EXPECT_EQ(mail.bytes, 311U);
  EXPECT_EQ(mail.sender, "mon@seadragon.example");
  ASSERT_EQ(mail.recipients.size(), 2U);
  EXPECT_EQ(mail.recipients[0].address, "ops@seadragon.example");
  EXPECT_EQ(mail.recipients[0].reason,
            "host 127.0.0.1[127.0.0.1] said: 451 4.7.1 Try again later (in reply to RCPT TO "
            "command)");
  EXPECT_EQ(mail.recipients[1].reason,
            "host 127.0.0.1[127.0.0.1] said: 550 5.1.1 no such user here (in reply to RCPT TO "
            "command)");
  EXPECT_EQ(mails->at(2).queue, "hold");
  EXPECT_EQ(mails->at(2).sender, "MAILER-DAEMON");
}

TEST(ShowqTest, LeavesTheReasonEmptyWhereNoTryHasFailed) {
  const auto mails = parse_showq(recorded("active_and_held"));
  ASSERT_TRUE(mails);
  EXPECT_EQ(mails->front().queue, "active");
  EXPECT_THAT(mails->front().recipients,
              ElementsAre(Field(&Recipient::reason, ""), Field(&Recipient::reason, "")));
}

TEST(ShowqTest, FindsNoMailInAnEmptySpool) {
  EXPECT_THAT(queues_of(recorded("empty")), ElementsAre());
}

TEST(ShowqTest, NeedsNoNameOfTheProtocol) {
  EXPECT_THAT(queues_of(said(one_mail + "|")), ElementsAre("deferred"));
  EXPECT_THAT(queues_of(said("|")), ElementsAre());
}

TEST(ShowqTest, RefusesAnotherProtocol) {
  EXPECT_FALSE(parse_showq(said("protocol|other||" + one_mail + "|")));
}

TEST(ShowqTest, PassesOverWhatItDoesNotKnow) {
  EXPECT_THAT(queues_of(said("new|thing|" + one_mail + "new|x|" + one_mail + "|")),
              ElementsAre("deferred", "deferred"));
}

TEST(ShowqTest, TakesAMailThatNobodyWaitsForAnyLonger) {
  EXPECT_THAT(queues_of(said("queue_name|active|queue_id|A|time|7|size|5|sender|s@x|||")),
              ElementsAre("active"));
}

class BadShowqTest : public testing::TestWithParam<std::string> {};

TEST_P(BadShowqTest, IsRefused) {
  ASSERT_TRUE(parse_showq(said(one_mail + "|")));
  EXPECT_FALSE(parse_showq(said(GetParam()))) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadShowqTest,
    testing::Values(
        "", "queue_name", one_mail, one_mail + "|x", one_mail + "||", "queue_name|deferred|||",
        "queue_name|a|queue_name|b|queue_id|A|time|7|size|5|sender|s@x|||",
        "queue_name|a|queue_id|A|time|-7|size|5|sender|s@x|||",
        "queue_name|a|queue_id|A|time|7s|size|5|sender|s@x|||",
        "queue_name|a|queue_id|A|time||size|5|sender|s@x|||",
        "queue_name|a|queue_id|A|time|9999999999999999999|size|5|sender|s@x|||",
        "queue_name|a|queue_id|A|time|7|size|-5|sender|s@x|||",
        "queue_name|a|queue_id|A|time|7|size|5|sender|s@x|recipient|a@x|||",
        "queue_name|a|queue_id|A|time|7|size|5|sender|s@x|reason|why|||",
        "queue_name|a|queue_id|A|time|7|size|5|sender|s@x|recipient|a@x|recipient|b@x|reason|w|||",
        "queue_name|a|queue_id|A|time|7|size|5|sender|s@x|recipient|a@x|reason|w|reason|v|||"));

TEST(ShowqTest, IsWholeOrNothingHoweverItIsDamaged) {
  tests::Mutator mutator;
  std::size_t seeds = 0;
  for (const auto& file : std::filesystem::directory_iterator("tests/fixtures/spool")) {
    ++seeds;
    const std::string seed = read_file(file.path().string());
    for (std::size_t end = 0; end < seed.size(); ++end) {
      EXPECT_FALSE(parse_showq(std::string_view(seed).substr(0, end))) << end;
    }
    for (int i = 0; i < 1000; ++i) {
      const std::string damaged = mutator.mutated(seed);
      const auto mails = parse_showq(damaged);
      if (!mails) continue;
      EXPECT_TRUE(damaged.ends_with('\0'));
      for (const WaitingMail& mail : *mails) EXPECT_GE(mail.arrived.time_since_epoch().count(), 0);
    }
  }
  EXPECT_EQ(seeds, 3U);
}

}  // namespace
}  // namespace seadragon::spool
