#include "seadragon/monitoring/exposition.h"

#include <limits>
#include <memory>
#include <regex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include "lib/src/page_writer.h"
#include "seadragon/monitoring/registry.h"
#include "tests/golden_file.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::matches_golden;
using tests::value_of;

constexpr std::string_view openmetrics = "application/openmetrics-text; version=1.0.0";

/// One of everything, with the odd cases of each.
void fill(Registry& registry) {
  registry.counter("app_events_total", "Events, \"quoted\" and \\ with\na line.").increment(7);
  const Family<Counter> requests =
      registry.counter_family("app_requests_total", "Requests.", {"model", "status"});
  requests.with({"llama \"3\"", "200"}).increment(9007199254740993);
  requests.with({"a\\b\nc", "500"}).increment();
  requests.with({"\xFF", ""}).increment(2);
  const Family<Gauge> level = registry.gauge_family("app_level_ratio", "Level.", {"tank"});
  level.with({"north"}).set(0.30000000000000004);
  level.with({"south"}).set(-1e-300);
  level.with({"nan"}).set(std::numeric_limits<double>::quiet_NaN());
  level.with({"inf"}).set(-std::numeric_limits<double>::infinity());
  registry.up_down_counter("app_sessions", "Sessions.").add(-3);
  registry.counter("app_busy_seconds_total", "Busy.", {}, [] { return 12.5; });
  const Histogram plain =
      registry.histogram("app_size_bytes", "Sizes.", {0.5, 1, 10, 100000, 1048576});
  for (const double value : {0.0, 0.5, 1.0, 99999.0, 1e9}) plain.observe(value);
  const Family<Histogram> seconds = registry.histogram_family(
      "app_wait_seconds", "Waits.", HistogramOptions({0.25, 1, 2.5}).with_exemplars("request_id"),
      {"queue", "kind"});
  for (const char* kind : {"a", "b"}) {
    const Histogram wait = seconds.with({"chat", kind});
    wait.observe(0.125, "9f3c-1");
    wait.observe(0.25, "9f3c-2");
    wait.observe(2, "a\"b\\c");
    wait.observe(2);
    wait.observe(7.5, std::string(100, 'x'));
  }
}

/// Times, and those alone, differ from run to run.
std::string without_times(const std::string& page) {
  static const std::regex exemplar_time(R"((# \{[^\n]*\} \S+) \d{10}\.?\d*)");
  static const std::regex created(R"((_created(\{[^\n]*\})?) \d{10}\n)");
  return std::regex_replace(std::regex_replace(page, exemplar_time, "$1 1700000000.123"), created,
                            "$1 1700000000\n");
}

class ExpositionTest : public testing::Test {
 protected:
  ExpositionTest() { page_.add(registry_); }

  std::string body(const ExpositionRequest& request) const { return page_.answer(request).body; }

  Registry registry_;
  Exposition page_;
};

TEST_F(ExpositionTest, WritesText) {
  fill(registry_);
  const ExpositionAnswer answer = page_.answer({});
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_FALSE(answer.gzip);
  EXPECT_TRUE(matches_golden("tests/golden/exposition/page.prom", answer.body));
}

TEST_F(ExpositionTest, WritesOpenMetrics) {
  fill(registry_);
  const ExpositionAnswer answer = page_.answer({.accept = openmetrics, .query = "created=1"});
  EXPECT_EQ(answer.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(
      matches_golden("tests/golden/exposition/page.openmetrics", without_times(answer.body)));
}

TEST_F(ExpositionTest, TellsWhenSeriesWereMadeOnlyToWhoAsks) {
  registry_.counter("app_events_total", "Events.");
  EXPECT_THAT(body({.accept = openmetrics}), Not(HasSubstr("_created")));
  EXPECT_THAT(body({.accept = openmetrics, .query = "created=1"}),
              HasSubstr("app_events_created "));
  EXPECT_THAT(body({.query = "created=1"}), Not(HasSubstr("_created")));
}

TEST_F(ExpositionTest, NamesSeriesAlikeInBothTextFormats) {
  fill(registry_);
  const std::string text = body({});
  const std::string open = body({.accept = openmetrics});
  std::size_t series = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with('#')) continue;
    EXPECT_THAT(open, HasSubstr('\n' + line));
    ++series;
  }
  EXPECT_EQ(series, 30U);
}

TEST_F(ExpositionTest, CompressesToTheSameText) {
  fill(registry_);
  const Family<Histogram> more =
      registry_.histogram_family("app_more_seconds", "More.", {0.1, 1}, {"value"}, 20'000);
  for (int i = 0; i < 15'000; ++i) more.with({"route-" + std::to_string(i * 7)}).observe(i);
  for (const std::string_view accept : {std::string_view(), openmetrics}) {
    const std::string plain = body({.accept = accept});
    const ExpositionAnswer answer = page_.answer({.accept = accept, .accept_encoding = "gzip"});
    EXPECT_TRUE(answer.gzip);
    EXPECT_LT(answer.body.size(), plain.size() / 8);
    std::string inflated(plain.size(), '\0');
    libdeflate_decompressor* const gunzip = libdeflate_alloc_decompressor();
    std::size_t size = 0;
    EXPECT_EQ(libdeflate_gzip_decompress(gunzip, answer.body.data(), answer.body.size(),
                                         inflated.data(), inflated.size(), &size),
              LIBDEFLATE_SUCCESS);
    libdeflate_free_decompressor(gunzip);
    EXPECT_EQ(size, plain.size());
    EXPECT_TRUE(inflated == plain);
  }
}

TEST_F(ExpositionTest, ShowsOnlyTheFamiliesAskedFor) {
  fill(registry_);
  const auto heads = [&](const std::string& query) {
    const std::string page = body({.query = query});
    std::string names;
    for (std::size_t at = 0; (at = page.find("# TYPE ", at)) != std::string::npos;) {
      at += 7;
      names += page.substr(at, page.find(' ', at) - at) + ' ';
    }
    return names;
  };
  EXPECT_EQ(heads("name[]=app_sessions&name%5B%5D=app_size_bytes_bucket"),
            "app_sessions app_size_bytes ");
  EXPECT_EQ(heads("name[]=app_events"), "app_events_total ");
  EXPECT_EQ(heads("name[]=app_events_total"), "app_events_total ");
  EXPECT_EQ(heads("name[]=app"), "");
  EXPECT_EQ(heads("name[]=app_level_ratio_x"), "");
}

TEST_F(ExpositionTest, PutsSeveralRegistriesOnOnePage) {
  Registry other;
  registry_.counter("app_events_total", "Events.", {{"part", "a"}}).increment();
  registry_.gauge("app_level", "Level.");
  other.gauge("app_depth", "Depth.");
  other.counter("app_events_total", "Events.", {{"part", "b"}}).increment(2);
  page_.add(other);
  EXPECT_EQ(body({}),
            "# HELP app_events_total Events.\n"
            "# TYPE app_events_total counter\n"
            "app_events_total{part=\"a\"} 1\n"
            "app_events_total{part=\"b\"} 2\n"
            "# HELP app_level Level.\n"
            "# TYPE app_level gauge\n"
            "app_level 0\n"
            "# HELP app_depth Depth.\n"
            "# TYPE app_depth gauge\n"
            "app_depth 0\n");
}

TEST_F(ExpositionTest, RefusesAFamilyThatHasTwoTypes) {
  Registry other;
  registry_.gauge("app_level", "Level.");
  other.histogram("app_level", "Level.", {1});
  page_.add(other);
  try {
    page_.answer({});
    FAIL() << "was written";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), StartsWith("app_level: "));
  }
}

TEST_F(ExpositionTest, KeepsTheNewestExemplarOfEachBucket) {
  const Histogram wait = registry_.histogram("app_wait_seconds", "Waits.",
                                             HistogramOptions({1, 2}).with_exemplars("trace_id"));
  wait.observe(0.5, "first");
  wait.observe(0.25, "second");
  wait.observe(3, "");  // none
  const std::string page = body({.accept = openmetrics});
  EXPECT_THAT(page, HasSubstr("le=\"1.0\"} 2 # {trace_id=\"second\"} 0.25 "));
  EXPECT_THAT(page, HasSubstr("le=\"2.0\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("le=\"+Inf\"} 3\n"));
  EXPECT_THAT(body({}), Not(HasSubstr("trace_id")));
}

TEST_F(ExpositionTest, KeepsExemplarsWholeWhileManyThreadsWriteThem) {
  const Histogram wait =
      registry_.histogram("app_wait_seconds", "Waits.", HistogramOptions({1}).with_exemplars("id"));
  std::vector<std::jthread> writers;
  for (const char letter : {'a', 'b'}) {
    writers.emplace_back([&wait, letter](const std::stop_token& stop) {
      const std::string id(64, letter);
      while (!stop.stop_requested()) wait.observe(letter == 'a' ? 0.25 : 0.75, id);
    });
  }
  const std::string a = "{id=\"" + std::string(64, 'a') + "\"} 0.25 ";
  const std::string b = "{id=\"" + std::string(64, 'b') + "\"} 0.75 ";
  for (int seen = 0; seen < 2000;) {
    const std::string page = body({.accept = openmetrics});
    if (page.find("# {") == std::string::npos) continue;
    ASSERT_TRUE(page.find(a) != std::string::npos || page.find(b) != std::string::npos) << page;
    ++seen;
  }
}

TEST_F(ExpositionTest, MayBeAskedBySeveralScrapersAtOnce) {
  fill(registry_);
  const std::string page = body({});
  std::vector<std::thread> scrapers;
  for (int i = 0; i < 4; ++i) {
    scrapers.emplace_back([&] {
      for (int k = 0; k < 200; ++k) ASSERT_EQ(body({}), page);
    });
  }
  for (std::thread& scraper : scrapers) scraper.join();
}

/// Counters of others need no _total, and their series may have times of their own.
class OddFamily final : public detail::PageFamily {
 public:
  detail::FamilyHead head() const override {
    return {.name = "odd_events", .help = "Odd.", .type = MetricType::counter};
  }
  void write(detail::PageWriter& page) const override {
    page.number({.labels = "a=\"b\"", .timestamp = 1700000000123}, 1.5);
  }
  std::size_t text_size() const override { return 0; }
};

class OddSource final : public ExpositionSource {
 public:
  void collect(detail::PageFamilies& families) const override {
    families.push_back(std::make_unique<const OddFamily>());
  }
};

TEST_F(ExpositionTest, WritesCountersOfOthersAsEachFormatAsks) {
  page_.add(std::make_shared<const OddSource>());
  EXPECT_EQ(body({}),
            "# HELP odd_events Odd.\n# TYPE odd_events counter\n"
            "odd_events{a=\"b\"} 1.5 1700000000123\n");
  EXPECT_EQ(body({.accept = openmetrics}),
            "# TYPE odd_events counter\n# HELP odd_events Odd.\n"
            "odd_events_total{a=\"b\"} 1.5 1700000000.123\n# EOF\n");
}

}  // namespace
}  // namespace seadragon::monitoring
