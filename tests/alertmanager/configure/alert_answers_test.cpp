#include "alertmanager/configure/alert_answers.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/src/read_file.h"
#include "tests/mutator.h"

namespace seadragon::alerts {
namespace {

using namespace std::chrono_literals;
using monitoring::detail::read_file;

const std::string folder = "tests/fixtures/alertmanager/";

std::chrono::sys_seconds at(std::chrono::seconds since_epoch) {
  return std::chrono::sys_seconds(since_epoch);
}

TEST(AlertAnswersTest, TakesAlertsOfAlertmanagerApart) {
  const auto alerts = parse_notified_alerts(read_file(folder + "alerts.json"));
  ASSERT_TRUE(alerts);
  ASSERT_EQ(alerts->size(), 3U);
  EXPECT_EQ((*alerts)[0].alert, (Alert{"warning", "Long Queue", "llm1", at(1795895498s)}));
  EXPECT_EQ((*alerts)[0].inhibited_by, std::vector<std::string>{(*alerts)[1].fingerprint});
  EXPECT_TRUE((*alerts)[0].silenced_by.empty());
  EXPECT_EQ((*alerts)[2].silenced_by,
            std::vector<std::string>{"406ea71a-941e-482c-85cf-33f9e4f9fdb4"});
}

TEST(AlertAnswersTest, TakesSilencesApart) {
  const auto silences = parse_silences(read_file(folder + "silences.json"));
  ASSERT_TRUE(silences);
  ASSERT_EQ(silences->size(), 1U);
  EXPECT_EQ(silences->front().id, "406ea71a-941e-482c-85cf-33f9e4f9fdb4");
  EXPECT_EQ(silences->front().author, "anna");
  EXPECT_EQ(silences->front().comment, "changing fans");
  EXPECT_TRUE(silences->front().is_active);
}

TEST(AlertAnswersTest, KeepsOfPrometheusThePendingOnly) {
  const auto pending = parse_pending_alerts(read_file(folder + "pending.json"));
  ASSERT_TRUE(pending);
  ASSERT_EQ(pending->size(), 1U);
  EXPECT_EQ(pending->front().title, "High CPU Usage");
  EXPECT_EQ(pending->front().since, at(1795895540s));
}

TEST(AlertAnswersTest, NamesAnAlertWithoutATitleByItsName) {
  const auto alerts = parse_notified_alerts(
      R"([{"labels":{"alertname":"X"},"annotations":{},"startsAt":"2026-01-01T00:00:00Z",)"
      R"("fingerprint":"1","status":{"silencedBy":[],"inhibitedBy":[]}}])");
  ASSERT_TRUE(alerts);
  EXPECT_EQ(alerts->front().alert.title, "X");
}

TEST(AlertAnswersTest, TakesAllOrNothing) {
  for (const char* body :
       {"", "{", "{}", "null", "[1]", "[{}]", R"([{"labels":[]}])",
        R"([{"labels":{"alertname":1},"annotations":{},"startsAt":"2026-01-01T00:00:00Z",)"
        R"("fingerprint":"1","status":{"silencedBy":[],"inhibitedBy":[]}}])"}) {
    EXPECT_FALSE(parse_notified_alerts(body)) << body;
    EXPECT_FALSE(parse_silences(body)) << body;
    EXPECT_FALSE(parse_pending_alerts(body)) << body;
  }
  EXPECT_FALSE(parse_pending_alerts(R"({"status":"error","data":{"alerts":[]}})"));
}

TEST(AlertAnswersTest, NoDamagedAnswerMakesAnAlertWithoutAName) {
  tests::Mutator mutator;
  const std::string alerts = read_file(folder + "alerts.json");
  const std::string silences = read_file(folder + "silences.json");
  const std::string pending = read_file(folder + "pending.json");
  std::size_t whole = 0;
  for (int i = 0; i < 3000; ++i) {
    if (const auto found = parse_notified_alerts(mutator.mutated(alerts))) {
      ++whole;
      for (const NotifiedAlert& alert : *found) EXPECT_LE(alert.alert.since, at(253402387200s));
    }
    if (const auto found = parse_silences(mutator.mutated(silences))) {
      ++whole;
      EXPECT_LE(found->size(), 2U);
    }
    if (const auto found = parse_pending_alerts(mutator.mutated(pending))) {
      ++whole;
      EXPECT_LE(found->size(), 2U);
    }
  }
  EXPECT_GT(whole, 0U);
  EXPECT_LT(whole, 9000U);
}

TEST(TimeTest, ReadsFractionsAndOffsets) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:10Z"), at(10s));
  EXPECT_EQ(parse_time("1970-01-01T00:00:10.999999999Z"), at(10s));
  EXPECT_EQ(parse_time("1970-01-01T02:00:10+02:00"), at(10s));
  EXPECT_EQ(parse_time("1969-12-31T19:00:10-05:00"), at(10s));
  EXPECT_EQ(parse_time("2024-02-29T00:00:00Z"), at(1709164800s));
}

TEST(TimeTest, RefusesWhatIsNoTime) {
  for (const char* text : {"", "now", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
                           "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
                           "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00Zx", "+026-01-01T00:00Z",
                           "-001-01-01T00:00:00Z", "2026-01-01T00:00:00+24:00"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(SeriesValueTest, FindsTheSeriesThatIsWrittenSo) {
  const std::string page =
      "# HELP up x\nup_total 7\nup{job=\"a\"} 1.5e3\nup 2 1700000000000\nbad x\n";
  EXPECT_EQ(series_value(page, "up_total"), 7);
  EXPECT_EQ(series_value(page, "up{job=\"a\"}"), 1500);
  EXPECT_EQ(series_value(page, "up"), 2);
  EXPECT_EQ(series_value(page, "down"), std::nullopt);
  EXPECT_EQ(series_value(page, "bad"), std::nullopt);
  EXPECT_EQ(series_value("", "up"), std::nullopt);
}

}  // namespace
}  // namespace seadragon::alerts
