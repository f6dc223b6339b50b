#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>
#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include "seadragon/monitoring/prometheus.h"
#include "tests/lib/stock_registry.h"

namespace seadragon::monitoring {
namespace {

using ::prometheus::ClientMetric;
using ::prometheus::MetricFamily;
using ::prometheus::MetricType;
using testing::HasSubstr;
using testing::Not;
using tests::samples;
using tests::stock_registry;
using tests::stock_text;

/// Collects what it was made with, as somebody's own Collectable may.
class FixedCollectable final : public ::prometheus::Collectable {
 public:
  explicit FixedCollectable(std::vector<MetricFamily> families) : families_(std::move(families)) {}
  std::vector<MetricFamily> Collect() const override { return families_; }

 private:
  std::vector<MetricFamily> families_;
};

MetricFamily family(const std::string& name, MetricType type, std::vector<ClientMetric> metrics) {
  MetricFamily made;
  made.name = name;
  made.help = "Help.";
  made.type = type;
  made.metric = std::move(metrics);
  return made;
}

ClientMetric histogram(std::vector<ClientMetric::Bucket> buckets, std::uint64_t count) {
  ClientMetric metric;
  metric.histogram.bucket = std::move(buckets);
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = 2.5;
  return metric;
}

ClientMetric gauge(double value, std::vector<ClientMetric::Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

ExpositionAnswer answer(const std::shared_ptr<const ::prometheus::Collectable>& collectable,
                        const ExpositionRequest& request = {}) {
  Exposition page;
  page.add(prometheus_source(collectable));
  return page.answer(request);
}

std::string page_of(std::vector<MetricFamily> families) {
  return answer(std::make_shared<FixedCollectable>(std::move(families))).body;
}

TEST(PrometheusSourceTest, ShowsEverySampleOfAStockRegistry) {
  const auto registry = stock_registry();
  const auto expected = samples(stock_text(registry->Collect()));
  ASSERT_EQ(expected.size(), 35U);
  EXPECT_EQ(samples(answer(registry).body), expected);
}

TEST(PrometheusSourceTest, StatesTypeAndHelp) {
  const std::string page = answer(stock_registry()).body;
  EXPECT_THAT(page,
              HasSubstr("# HELP app_events_total Events.\n# TYPE app_events_total counter\n"));
  EXPECT_THAT(page, HasSubstr("# TYPE app_level gauge\n"));
  EXPECT_THAT(page, HasSubstr("# TYPE app_wait_seconds histogram\n"));
  EXPECT_THAT(page, HasSubstr("# TYPE app_size_bytes summary\n"));
  EXPECT_THAT(page_of({family("app_what", MetricType::Untyped, {ClientMetric{}})}),
              HasSubstr("# TYPE app_what untyped\napp_what 0\n"));
}

TEST(PrometheusSourceTest, LeavesOutFamiliesWithoutSeries) {
  EXPECT_THAT(answer(stock_registry()).body, Not(HasSubstr("app_unused_total")));
}

TEST(PrometheusSourceTest, WritesNumbersThatReadBackEqual) {
  EXPECT_THAT(answer(stock_registry()).body, HasSubstr(" 0.30000000000000004\n"));
}

TEST(PrometheusSourceTest, KeepsTimestamps) {
  ClientMetric metric = gauge(7);
  metric.timestamp_ms = 1'700'000'000'123;
  EXPECT_THAT(page_of({family("app_level", MetricType::Gauge, {metric})}),
              HasSubstr("\napp_level 7 1700000000123\n"));
  metric.histogram.sample_count = 1;
  const std::vector<MetricFamily> waits = {
      family("app_wait_seconds", MetricType::Histogram, {metric})};
  EXPECT_EQ(samples(page_of(waits)), samples(stock_text(waits)));
}

TEST(PrometheusSourceTest, EscapesLabelValuesAndHelp) {
  MetricFamily level =
      family("app_level", MetricType::Gauge, {gauge(1, {{"path", "C:\\a \"b\"\n"}})});
  level.help = "A \\ and\na line.";
  EXPECT_EQ(page_of({level}),
            "# HELP app_level A \\\\ and\\na line.\n"
            "# TYPE app_level gauge\n"
            "app_level{path=\"C:\\\\a \\\"b\\\"\\n\"} 1\n");
}

TEST(PrometheusSourceTest, ReplacesBytesThatAreNoUtf8) {
  MetricFamily level =
      family("app_level", MetricType::Gauge, {gauge(1, {{"a", "ok \xC3\xA4"}, {"b", "cut \xC3"}})});
  level.help = "Byte \xFF.";
  EXPECT_EQ(page_of({level}),
            "# HELP app_level Byte \xEF\xBF\xBD.\n"
            "# TYPE app_level gauge\n"
            "app_level{a=\"ok \xC3\xA4\",b=\"cut \xEF\xBF\xBD\"} 1\n");
}

TEST(PrometheusSourceTest, ClosesAHistogramThatLacksTheLastBucket) {
  EXPECT_THAT(page_of({family("app_wait_seconds", MetricType::Histogram,
                              {histogram({{2, 0.5}, {5, 1}}, 9)})}),
              HasSubstr("\napp_wait_seconds_bucket{le=\"0.5\"} 2\n"
                        "app_wait_seconds_bucket{le=\"1.0\"} 5\n"
                        "app_wait_seconds_bucket{le=\"+Inf\"} 9\n"
                        "app_wait_seconds_sum 2.5\n"
                        "app_wait_seconds_count 9\n"));
}

TEST(PrometheusSourceTest, NeverLetsBucketsFallOrRepeat) {
  EXPECT_THAT(
      page_of({family("app_wait_seconds", MetricType::Histogram,
                      {histogram({{4, 0.5}, {3, 1}, {6, 1}, {6, std::nan("")}, {6, 0.7}}, 2)})}),
      HasSubstr("\napp_wait_seconds_bucket{le=\"0.5\"} 4\n"
                "app_wait_seconds_bucket{le=\"1.0\"} 4\n"
                "app_wait_seconds_bucket{le=\"+Inf\"} 4\n"
                "app_wait_seconds_sum 2.5\n"
                "app_wait_seconds_count 4\n"));
}

TEST(PrometheusSourceTest, CompressesFamiliesWhoseSeriesDifferInBoundsAndLabels) {
  std::vector<ClientMetric> waits = {histogram({{1, 0.5}, {2, 1}}, 3),
                                     histogram({{1, 0.25}, {2, 20}}, 3),
                                     histogram({{1, 0.25}, {2, 20}}, 3)};
  waits[1].label = {{"queue", "chat"}};
  waits[2].label = {{"model", "llama"}, {"queue", "chat"}};
  const auto registry = std::make_shared<FixedCollectable>(
      std::vector{family("app_wait_seconds", MetricType::Histogram, waits)});
  const std::string plain = answer(registry).body;
  const ExpositionAnswer compressed = answer(registry, {.accept_encoding = "gzip"});
  ASSERT_TRUE(compressed.gzip);
  std::string inflated(plain.size(), '\0');
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> gunzip(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  EXPECT_EQ(libdeflate_gzip_decompress(gunzip.get(), compressed.body.data(), compressed.body.size(),
                                       inflated.data(), inflated.size(), nullptr),
            LIBDEFLATE_SUCCESS);
  EXPECT_EQ(inflated, plain);
}

TEST(PrometheusSourceTest, ReadsTheRegistryAtEachScrape) {
  const auto registry = std::make_shared<::prometheus::Registry>();
  auto& hits =
      ::prometheus::BuildCounter().Name("app_hits_total").Help("Hits.").Register(*registry).Add({});
  Exposition page;
  page.add(prometheus_source(registry));
  hits.Increment();
  EXPECT_THAT(page.answer({}).body, HasSubstr("\napp_hits_total 1\n"));
  hits.Increment();
  EXPECT_THAT(page.answer({}).body, HasSubstr("\napp_hits_total 2\n"));
}

TEST(PrometheusSourceTest, HasNothingOnceTheRegistryIsGone) {
  auto registry = stock_registry();
  Exposition page;
  page.add(prometheus_source(registry));
  registry.reset();
  EXPECT_EQ(page.answer({}).body, "");
}

TEST(PrometheusSourceTest, SharesAPageWithOurRegistry) {
  Registry ours;
  ours.gauge("app_level", "Level.", {{"tank", "ours"}}).set(2);
  const auto theirs = std::make_shared<FixedCollectable>(
      std::vector{family("app_level", MetricType::Gauge, {gauge(1, {{"tank", "theirs"}})})});
  Exposition page;
  page.add(ours).add(prometheus_source(theirs));
  EXPECT_EQ(page.answer({}).body,
            "# HELP app_level Level.\n"
            "# TYPE app_level gauge\n"
            "app_level{tank=\"ours\"} 2\n"
            "app_level{tank=\"theirs\"} 1\n");
}

}  // namespace
}  // namespace seadragon::monitoring
