#include "seadragon/monitoring/registry.h"

#include <functional>
#include <limits>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using tests::value_of;

TEST(RegistryTest, WritesFamiliesInTheOrderInWhichTheyWereMade) {
  Registry registry;
  registry.gauge("app_level", "Level.", {{"tank", "north"}}).set(0.5);
  registry.counter("app_events_total", "Events.").increment(7);
  registry.gauge("app_level", "Level.", {{"tank", "south"}}).set(-2);
  EXPECT_EQ(registry.text(),
            "# HELP app_level Level.\n"
            "# TYPE app_level gauge\n"
            "app_level{tank=\"north\"} 0.5\n"
            "app_level{tank=\"south\"} -2\n"
            "# HELP app_events_total Events.\n"
            "# TYPE app_events_total counter\n"
            "app_events_total 7\n");
}

TEST(RegistryTest, IsAnEmptyPageWithoutSeries) { EXPECT_EQ(Registry().text(), ""); }

TEST(RegistryTest, GivesTheSameSeriesForTheSameNameAndLabels) {
  Registry registry;
  registry.counter("app_events_total", "Events.", {{"kind", "a"}}).increment();
  registry.counter("app_events_total", "Events.", {{"kind", "a"}}).increment();
  EXPECT_EQ(value_of(registry.text(), "app_events_total{kind=\"a\"}"), 2);
}

TEST(RegistryTest, EscapesLabelValuesAndHelp) {
  Registry registry;
  registry.gauge("app_level", "A \\ and\na line.", {{"path", "C:\\a \"b\"\n"}});
  EXPECT_EQ(registry.text(),
            "# HELP app_level A \\\\ and\\na line.\n"
            "# TYPE app_level gauge\n"
            "app_level{path=\"C:\\\\a \\\"b\\\"\\n\"} 0\n");
}

TEST(RegistryTest, ReplacesBytesThatAreNoUtf8) {
  Registry registry;
  registry.gauge("app_level", "Level.",
                 {{"a", "ok \xC3\xA4"}, {"b", "\xFF"}, {"c", "\xC0\xAF"}, {"d", "\xED\xA0\x80"}});
  EXPECT_THAT(registry.text(),
              HasSubstr("a=\"ok \xC3\xA4\",b=\"\xEF\xBF\xBD\",c=\"\xEF\xBF\xBD\xEF\xBF\xBD\","
                        "d=\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""));
}

TEST(RegistryTest, ReadsValuesWhenScraped) {
  Registry registry;
  double level = 1;
  registry.gauge("app_level", "Level.", {}, [&] { return level; });
  registry.counter("app_events_total", "Events.", {}, [&] { return 10 * level; });
  level = 3;
  EXPECT_EQ(value_of('\n' + registry.text(), "app_level"), 3);
  EXPECT_EQ(value_of(registry.text(), "app_events_total"), 30);
}

TEST(RegistryTest, WritesNumbersThatReadBackEqual) {
  Registry registry;
  const Gauge gauge = registry.gauge("app_level", "Level.");
  const auto shown = [&](double value) {
    gauge.set(value);
    const std::string page = registry.text();
    return page.substr(page.rfind(' ') + 1);
  };
  using Limits = std::numeric_limits<double>;
  EXPECT_EQ(shown(0.30000000000000004), "0.30000000000000004\n");
  EXPECT_EQ(shown(1e21), "1e+21\n");
  EXPECT_EQ(shown(123456789), "123456789\n");
  EXPECT_EQ(shown(-0.0), "0\n");
  EXPECT_EQ(shown(Limits::quiet_NaN()), "NaN\n");
  EXPECT_EQ(shown(Limits::infinity()), "+Inf\n");
  EXPECT_EQ(shown(-Limits::infinity()), "-Inf\n");
}

TEST(RegistryTest, MayGrowWhileItIsScraped) {
  Registry registry;
  std::jthread scraper([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) registry.text();
  });
  for (int i = 0; i < 500; ++i) {
    registry.counter("app_events_total", "Events.", {{"kind", std::to_string(i)}}).increment();
  }
  scraper.request_stop();
  scraper.join();
  EXPECT_EQ(value_of(registry.text(), "app_events_total{kind=\"499\"}"), 1);
}

struct Refusal {
  std::function<void(Registry&)> act;
  std::string message;
};

class RegistryRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RegistryRefusalTest, NamesTheMetricAndTheReason) {
  Registry registry;
  registry.counter("app_events_total", "Events.", {{"kind", "a"}});
  registry.histogram("app_seconds", "Time.", {1, 2});
  const std::string before = registry.text();
  try {
    GetParam().act(registry);
    FAIL() << "was accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(error.what(), GetParam().message);
  }
  EXPECT_EQ(registry.text(), before);
}

const std::string exists = "exists already with another type, help, set of labels or bounds";

INSTANTIATE_TEST_SUITE_P(
    Requests, RegistryRefusalTest,
    testing::Values(
        Refusal{[](Registry& r) { r.gauge("app level", "x"); },
                "app level: not a metric name, which matches [a-zA-Z_][a-zA-Z0-9_]*"},
        Refusal{[](Registry& r) { r.gauge("app:level", "x"); },
                "app:level: not a metric name, which matches [a-zA-Z_][a-zA-Z0-9_]*"},
        Refusal{[](Registry& r) { r.gauge("", "x"); },
                ": not a metric name, which matches [a-zA-Z_][a-zA-Z0-9_]*"},
        Refusal{[](Registry& r) { r.counter("app_events", "x"); },
                "app_events: a counter, and nothing else, ends in _total"},
        Refusal{[](Registry& r) { r.gauge("app_level_total", "x"); },
                "app_level_total: a counter, and nothing else, ends in _total"},
        Refusal{[](Registry& r) {
                  r.gauge("app_level", "x", {{"a-b", ""}});
                },
                "app_level: \"a-b\" is not a label name"},
        Refusal{[](Registry& r) {
                  r.gauge("app_level", "x", {{"__a", ""}});
                },
                "app_level: \"__a\" is not a label name"},
        Refusal{[](Registry& r) {
                  r.gauge("app_level", "x", {{"a", "1"}, {"a", "2"}});
                },
                "app_level: label a twice"},
        Refusal{[](Registry& r) {
                  r.histogram("app_wait", "x", {1}, {{"le", ""}});
                },
                "app_wait: \"le\" is not a label name"},
        Refusal{[](Registry& r) {
                  r.histogram("app_wait", "x", {2, 1});
                },
                "app_wait: the bounds of a histogram must be finite and ascend"},
        Refusal{[](Registry& r) {
                  r.counter("app_events_total", "Other.", {{"kind", "a"}});
                },
                "app_events_total: " + exists},
        Refusal{[](Registry& r) {
                  r.counter("app_events_total", "Events.", {{"sort", "a"}});
                },
                "app_events_total: " + exists},
        Refusal{[](Registry& r) { r.gauge("app_seconds_count", "x"); },
                "app_seconds_count: clashes with a series of app_seconds"},
        Refusal{[](Registry& r) { r.gauge("app_seconds", "Time."); }, "app_seconds: " + exists},
        Refusal{[](Registry& r) {
                  r.histogram("app_seconds", "Time.", {1, 3});
                },
                "app_seconds: " + exists},
        Refusal{[](Registry& r) {
                  r.counter("app_events_total", "Events.", {{"kind", "a"}}, [] { return 1.0; });
                },
                "app_events_total: {kind=\"a\"} is of another kind"}));

}  // namespace
}  // namespace seadragon::monitoring
