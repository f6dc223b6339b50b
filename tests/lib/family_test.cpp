#include "seadragon/monitoring/family.h"

#include <atomic>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/src/families.h"
#include "lib/src/label_hash.h"
#include "seadragon/monitoring/monitor.h"
#include "seadragon/monitoring/registry.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::value_of;

class FamilyTest : public testing::Test {
 protected:
  double requests(const std::string& labels) const {
    return value_of(registry_.text(), "app_requests_total{" + labels + "}").value_or(-1);
  }

  Registry registry_;
  const Family<Counter> requests_ =
      registry_.counter_family("app_requests_total", "Requests.", {"model", "status"}, 3);
};

TEST_F(FamilyTest, MakesASeriesWhenItIsFirstAskedFor) {
  EXPECT_EQ(registry_.text(), "");
  requests_.with({"a", "200"}).increment();
  requests_.with({"a", "200"}).increment();
  requests_.with({"a", "500"}).increment(5);
  EXPECT_EQ(registry_.text(),
            "# HELP app_requests_total Requests.\n"
            "# TYPE app_requests_total counter\n"
            "app_requests_total{model=\"a\",status=\"200\"} 2\n"
            "app_requests_total{model=\"a\",status=\"500\"} 5\n");
}

TEST_F(FamilyTest, IsTheSeriesThatARegistryGivesForTheSameLabels) {
  requests_.with({"a", "200"}).increment();
  registry_.counter("app_requests_total", "Requests.", {{"model", "a"}, {"status", "200"}})
      .increment();
  EXPECT_EQ(requests(R"(model="a",status="200")"), 2);
}

TEST_F(FamilyTest, TellsValuesApartThatMeetWhenJoined) {
  requests_.with({"ab", "c"}).increment();
  requests_.with({"a", "bc"}).increment();
  EXPECT_EQ(requests(R"(model="ab",status="c")"), 1);
  EXPECT_EQ(requests(R"(model="a",status="bc")"), 1);
}

TEST_F(FamilyTest, FindsValuesThatAreEscapedOnThePage) {
  for (int i = 0; i < 2; ++i) {
    requests_.with({"a\"b\\c\n", ""}).increment();
    requests_.with({R"(a\"b)", ""}).increment();
    requests_.with({R"(a"b)", ""}).increment();
  }
  EXPECT_EQ(requests(R"(model="a\"b\\c\n",status="")"), 2);
  EXPECT_EQ(requests(R"(model="a\\\"b",status="")"), 2);
  EXPECT_EQ(requests(R"(model="a\"b",status="")"), 2);
}

TEST_F(FamilyTest, FindsValuesThatAreNoUtf8UnderTheirReplacement) {
  requests_.with({"\xFF", ""}).increment();
  requests_.with({"\xFF", ""}).increment();
  requests_.with({"\xEF\xBF\xBD", ""}).increment();
  EXPECT_EQ(requests("model=\"\xEF\xBF\xBD\",status=\"\""), 3);
}

TEST_F(FamilyTest, CountsFurtherValuesAsOther) {
  for (const char* model : {"a", "b", "c", "d", "e", "a"})
    requests_.with({model, "200"}).increment();
  EXPECT_EQ(requests(R"(model="a",status="200")"), 2);
  EXPECT_EQ(requests(R"(model="c",status="200")"), 1);
  EXPECT_EQ(requests(R"(model="other",status="other")"), 2);
  EXPECT_THAT(registry_.text(), Not(HasSubstr("\"d\"")));
}

TEST_F(FamilyTest, GivesAnInstrumentThatCountsNothingForAWrongNumberOfValues) {
  requests_.with({"a"}).increment();
  requests_.with({"a", "b", "c"}).increment();
  EXPECT_EQ(registry_.text(), "");
}

TEST_F(FamilyTest, MadeByDefaultGivesInstrumentsThatCountIntoNothing) {
  Family<Counter>().with({"a"}).increment();
  Family<Histogram>().with({"a"}).observe(1);
  EXPECT_FALSE(Family<Gauge>().remove({"a"}));
}

TEST_F(FamilyTest, HoldsEveryKindOfInstrument) {
  registry_.gauge_family("app_level", "Level.", {"tank"}).with({"north"}).set(0.5);
  registry_.up_down_counter_family("app_sessions", "Sessions.", {"kind"}).with({"x"}).add(-2);
  registry_.histogram_family("app_seconds", "Time.", {1}, {"kind"}).with({"x"}).observe(2);
  const std::string page = registry_.text();
  EXPECT_EQ(value_of(page, "app_level{tank=\"north\"}"), 0.5);
  EXPECT_EQ(value_of(page, "app_sessions{kind=\"x\"}"), -2);
  EXPECT_EQ(value_of(page, "app_seconds_bucket{kind=\"x\",le=\"+Inf\"}"), 1);
}

TEST_F(FamilyTest, TakesASeriesOffThePageAndPutsItBackWhereItStood) {
  const Counter counter = requests_.with({"a", "200"});
  counter.increment(3);
  EXPECT_TRUE(requests_.remove({"a", "200"}));
  EXPECT_FALSE(requests_.remove({"a", "200"}));
  counter.increment();  // harmless
  EXPECT_EQ(registry_.text(), "");
  requests_.with({"a", "200"}).increment();
  EXPECT_EQ(requests(R"(model="a",status="200")"), 5);
}

TEST_F(FamilyTest, HasRoomAgainWhenASeriesWasRemoved) {
  for (const char* model : {"a", "b", "c", "d"}) requests_.with({model, ""}).increment();
  EXPECT_TRUE(requests_.remove({"other", "other"}));
  EXPECT_TRUE(requests_.remove({"a", ""}));
  requests_.with({"e", ""}).increment();
  EXPECT_EQ(requests(R"(model="e",status="")"), 1);
}

TEST_F(FamilyTest, AgreesBetweenThreadsWhileItGrows) {
  const Family<Counter> many = registry_.counter_family("app_many_total", "Many.", {"value"}, 1000);
  constexpr int values = 500;
  std::jthread scraper([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) registry_.text();
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&many, t] {
      for (int i = 0; i < 4 * values; ++i) {
        many.with({std::to_string((i + 100 * t) % values)}).increment();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  scraper.request_stop();
  scraper.join();
  const std::string page = registry_.text();
  for (int i = 0; i < values; ++i) {
    ASSERT_EQ(value_of(page, "app_many_total{value=\"" + std::to_string(i) + "\"}"), 16);
  }
}

TEST(FamilyCapTest, IsMetByRegisteredSeriesToo) {
  Monitor monitor;
  const Family<Counter> family =
      monitor.registry().counter_family("app_x_total", "X.", {"value"}, 1);
  monitor.registry().counter("app_x_total", "X.", {{"value", "a"}}).increment();
  monitor.registry().counter("app_x_total", "X.", {{"value", "b"}}).increment();
  family.with({"c"}).increment();
  const std::string page = monitor.metrics();
  EXPECT_EQ(value_of(page, "app_x_total{value=\"a\"}"), 1);
  EXPECT_EQ(value_of(page, "app_x_total{value=\"other\"}"), 2);
  EXPECT_EQ(value_of(page, "seadragon_monitoring_series_dropped_total{family=\"app_x_total\"}"), 2);
  EXPECT_EQ(value_of(page, "seadragon_monitoring_series{family=\"app_x_total\"}"), 2);
}

TEST(LabelHashTest, IsDifferentForTextsOfAllLengthsThatDifferInOneByte) {
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  for (std::size_t length = 1; length <= 40; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (const char c : {'a', 'b', '\0', '\x80'}) {
        std::string text(length, 'x');
        text[at] = c;
        seen.insert(detail::hash_label(text, 1));
        ++texts;
      }
    }
  }
  EXPECT_EQ(seen.size(), texts);
}

}  // namespace
}  // namespace seadragon::monitoring
