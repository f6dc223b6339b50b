#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alertmanager/configure/status.h"
#include "alertmanager/configure/terminal_text.h"
#include "tests/golden_file.h"

namespace seadragon::alerts {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using tests::matches_golden;

// 2026-11-28 19:51:38 UTC
constexpr std::chrono::sys_seconds now(1795895498s);

NotifiedAlert alert(const std::string& severity, const std::string& title,
                    const std::string& instance, std::chrono::seconds age) {
  return {.alert = {severity, title, instance, now - age},
          .fingerprint = title + instance,
          .silenced_by = {},
          .inhibited_by = {}};
}

spool::WaitingMail mail(std::chrono::seconds age, const std::string& address,
                        const std::string& reason) {
  return {.queue = reason.empty() ? "active" : "deferred",
          .id = "4F2A",
          .arrived = now - age,
          .bytes = 900,
          .sender = "monitoring@example.org",
          .recipients = {{.address = address, .reason = reason}}};
}

StatusReading all_well() {
  return {.alertmanager = {.value = AlertmanagerReading{.alerts = {},
                                                        .silences = {},
                                                        .reloaded = 1,
                                                        .failed_mails = 0,
                                                        .failed_tries = 0}},
          .prometheus = {.value = PrometheusReading{.pending = {},
                                                    .reloaded = 1,
                                                    .alertmanagers = 1,
                                                    .file_taken = 1795890000}},
          .spool = Reading<spool::Spool>{.value = spool::Spool{}}};
}

StatusReading busy() {
  StatusReading reading = all_well();
  auto& alerts = reading.alertmanager.value->alerts;
  alerts = {alert("warning", "High CPU Usage", "llm2", 26h),
            alert("info", "Queue Grows", "llm1", 40s),
            alert("critical", "Server Down", "llm1", 5min),
            alert("warning", "Long Queue", "llm1", 6min),
            alert("warning", "High Memory Usage", "llm2", 2h),
            alert("none", "Watchdog", "", 900h)};
  alerts[3].inhibited_by = {"Server Downllm1"};
  alerts[4].silenced_by = {"s1"};
  reading.alertmanager.value->silences = {{"s1", "anna", "more memory comes", now + 2h, true},
                                          {"s2", "ben", "", now + 50h, true},
                                          {"s3", "ben", "", now - 50h, false}};
  reading.alertmanager.value->failed_tries = 12;
  reading.prometheus.value->pending = {{"warning", "Long Queue", "llm2", now - 20s}};
  reading.spool->value->mails = {
      mail(10s, "second@example.org", ""),
      mail(5min, "ops@example.org",
           "SASL authentication failed; server smtp.example.org[192.0.2.1] said: 535 5.7.8 no")};
  return reading;
}

TEST(StatusScreenTest, IsShortWhenAllIsWell) {
  const StatusScreen screen = status_screen(all_well(), now);
  EXPECT_TRUE(matches_golden("tests/golden/alerts_status/well.txt", screen.text));
  EXPECT_TRUE(screen.is_well);
}

TEST(StatusScreenTest, ShowsWhatFiresWhatIsQuietAndWhatWaits) {
  const StatusScreen screen = status_screen(busy(), now);
  EXPECT_TRUE(matches_golden("tests/golden/alerts_status/busy.txt", screen.text));
  EXPECT_FALSE(screen.is_well);
}

TEST(StatusScreenTest, FitsATerminalHoweverMuchFires) {
  StatusReading reading = busy();
  for (int i = 0; i < 40; ++i) {
    const std::string name = "A condition with a long name, number " + std::to_string(i);
    auto& alerts = reading.alertmanager.value->alerts;
    alerts.push_back(alert("critical", name, "a-machine-with-a-long-name.example.org", 30h));
    alerts.push_back(alert("warning", name, "another", 30h));
    alerts.back().silenced_by = {"s1"};
    reading.prometheus.value->pending.push_back({"warning", name, "llm2", now - 20s});
    reading.spool->value->mails.push_back(mail(1h, "ops@example.org", std::string(300, 'x')));
  }
  reading.spool->value->why_down = "nothing answers";
  const StatusScreen screen = status_screen(reading, now);
  EXPECT_TRUE(matches_golden("tests/golden/alerts_status/storm.txt", screen.text));
  EXPECT_LE(std::ranges::count(screen.text, '\n'), 24);
  std::istringstream lines(screen.text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << line;
}

TEST(StatusScreenTest, SaysWhatToDoAboutASourceThatDoesNotAnswer) {
  const StatusReading reading{
      .alertmanager = {.failure = "http://127.0.0.1:9093/metrics: Connection refused; start it"},
      .prometheus = {.failure = "http://127.0.0.1:9090/metrics: Connection refused; start it"},
      .spool = Reading<spool::Spool>{.failure = "/var/spool/x: Permission denied; ask as root"}};
  const StatusScreen screen = status_screen(reading, now);
  EXPECT_TRUE(matches_golden("tests/golden/alerts_status/nothing_answers.txt", screen.text));
  EXPECT_FALSE(screen.is_well);
}

TEST(StatusScreenTest, LeavesTheSpoolOutWhereThereIsNone) {
  StatusReading reading = all_well();
  reading.spool.reset();
  const StatusScreen screen = status_screen(reading, now);
  EXPECT_THAT(screen.text, Not(HasSubstr("spool")));
  EXPECT_TRUE(screen.is_well);
}

TEST(StatusScreenTest, IsNotWellWhenTheChainIsBroken) {
  StatusReading reading = all_well();
  reading.alertmanager.value->reloaded = 0;
  reading.prometheus.value->alertmanagers = 0;
  const StatusScreen screen = status_screen(reading, now);
  EXPECT_TRUE(matches_golden("tests/golden/alerts_status/broken_chain.txt", screen.text));
  EXPECT_FALSE(screen.is_well);

  const auto is_well = [](const auto& change) {
    StatusReading changed = all_well();
    change(changed);
    return status_screen(changed, now).is_well;
  };
  EXPECT_FALSE(is_well([](StatusReading& of) { of.prometheus.value->reloaded = 0; }));
  EXPECT_FALSE(is_well([](StatusReading& of) { of.prometheus.value->reloaded.reset(); }));
  EXPECT_FALSE(is_well([](StatusReading& of) { of.spool->value->why_down = "no"; }));
  EXPECT_FALSE(is_well([](StatusReading& of) {
    of.spool->value->mails = {mail(1s, "ops@example.org", "Connection refused")};
  }));
}

TEST(StatusScreenTest, CallsNothingBrokenThatPrometheusHasNotLookedForYet) {
  const auto chain = [](std::chrono::seconds age) {
    StatusReading reading = all_well();
    reading.prometheus.value->alertmanagers = 0;
    reading.prometheus.value->file_taken =
        static_cast<double>((now - age).time_since_epoch().count());
    const StatusScreen screen = status_screen(reading, now);
    EXPECT_FALSE(screen.is_well) << "it cannot be told";
    return screen.text;
  };
  for (const auto age : {-2s, 0s, 6s}) {
    EXPECT_THAT(chain(age), HasSubstr("; looks for Alertmanagers still, ask again in 10 s\n"));
  }
  for (const auto age : {-3600s, 10s, 3600s}) {
    EXPECT_THAT(chain(age), HasSubstr("SENDS TO NO ALERTMANAGER"));
  }
}

TEST(StatusScreenTest, IsWellWhileNothingFiresThatIsNotQuiet) {
  StatusReading reading = all_well();
  reading.alertmanager.value->alerts = {alert("none", "Watchdog", "", 1h),
                                        alert("warning", "Long Queue", "llm1", 1h)};
  reading.alertmanager.value->alerts[1].silenced_by = {"gone"};
  reading.prometheus.value->pending = {{"warning", "Long Queue", "llm2", now - 20s}};
  reading.spool->value->mails = {mail(1s, "ops@example.org", "")};
  EXPECT_TRUE(status_screen(reading, now).is_well);
}

TEST(StatusScreenTest, ObeysNobody) {
  StatusReading reading = busy();
  const std::string hostile = "\x1b[2J\r\n\x07\xc2\x9b\xe2\x80\xae\xff";
  auto& alertmanager = *reading.alertmanager.value;
  alertmanager.alerts = {alert(hostile, hostile, hostile, 1s), alert("x", hostile, hostile, 1s)};
  alertmanager.alerts[1].silenced_by = {"s1"};
  alertmanager.silences[0].author = alertmanager.silences[0].comment = hostile;
  reading.prometheus.value->pending = {{hostile, hostile, hostile, now}};
  reading.spool->value->mails = {mail(1s, hostile, hostile)};
  reading.spool->value->why_down = hostile;
  const std::string lines = status_screen(reading, now).text;
  for (const char* part : {"\x1b", "\r", "\x07", "\xc2\x9b", "\xe2\x80\xae", "\xff"}) {
    EXPECT_EQ(lines.find(part), std::string::npos);
  }
  EXPECT_EQ(std::ranges::count(lines, '\n'), 13);
}

}  // namespace
}  // namespace seadragon::alerts
