#include "seadragon/monitoring/prometheus.h"

#include <cmath>
#include <ios>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <prometheus/client_metric.h>

#include "tests/lib/stock_registry.h"

namespace seadragon::monitoring {
namespace {

using ::prometheus::ClientMetric;
using ::prometheus::MetricFamily;
using ::prometheus::MetricType;
using tests::samples;
using tests::stock_registry;
using tests::stock_text;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(PrometheusSerializerTest, WritesTheSamplesOfTheStockSerializer) {
  const std::vector<MetricFamily> families = stock_registry()->Collect();
  EXPECT_EQ(samples(PrometheusSerializer().Serialize(families)), samples(stock_text(families)));
}

TEST(PrometheusSerializerTest, WritesTheSameIntoAStreamWhateverItsFormat) {
  const std::vector<MetricFamily> families = stock_registry()->Collect();
  std::ostringstream out;
  out << std::hex << std::showpos;
  PrometheusSerializer().Serialize(out, families);
  EXPECT_EQ(out.str(), PrometheusSerializer().Serialize(families));
}

TEST(PrometheusSerializerTest, StandsInForTheStockSerializer) {
  const std::unique_ptr<const ::prometheus::Serializer> serializer =
      std::make_unique<const PrometheusSerializer>();
  MetricFamily level;
  level.name = "app_level";
  level.help = "Level.";
  level.type = MetricType::Gauge;
  level.metric.resize(1);
  level.metric[0].gauge.value = 2;
  EXPECT_EQ(serializer->Serialize({level}),
            "# HELP app_level Level.\n# TYPE app_level gauge\napp_level 2\n");
  EXPECT_EQ(serializer->Serialize({}), "");
}

TEST(PrometheusCollectableTest, GivesTheStockSerializerTheSamplesOfOurOwnPage) {
  Registry registry;
  registry.counter("app_events_total", "Events.").increment(7);
  registry.counter("app_odd_total", "Odd.", {{"kind", "C:\\a \"b\"\nc"}, {"empty", ""}})
      .increment();
  registry.gauge("app_level", "Level.", {{"tank", "north"}}).set(0.1);
  registry.gauge("app_level", "Level.", {{"tank", "south"}}).set(-infinity);
  registry.gauge("app_read", "Read.", {}, [] { return std::nan(""); });
  registry.up_down_counter("app_open", "Open.").add(-2);
  const Histogram wait = registry.histogram("app_wait_seconds", "Wait.", {0.1, 1, 10});
  for (const double seconds : {0.05, 0.1, 5.0, 50.0}) wait.observe(seconds);
  const auto expected = samples(registry.text());
  ASSERT_EQ(expected.size(), 12U);
  EXPECT_EQ(samples(stock_text(PrometheusCollectable(registry).Collect())), expected);
}

TEST(PrometheusCollectableTest, KeepsTypesAndLabelValues) {
  Registry registry;
  registry.counter("app_events_total", "Events.", {{"kind", "C:\\a \"b\"\nc"}, {"site", ""}});
  registry.histogram("app_wait_seconds", "Wait.", {0.5}).observe(0.5);
  const std::vector<MetricFamily> families = PrometheusCollectable(registry).Collect();
  ASSERT_EQ(families.size(), 2U);
  EXPECT_EQ(families[0].type, MetricType::Counter);
  EXPECT_EQ(families[0].help, "Events.");
  ASSERT_EQ(families[0].metric.size(), 1U);
  const std::vector<ClientMetric::Label> labels = {{"kind", "C:\\a \"b\"\nc"}, {"site", ""}};
  EXPECT_EQ(families[0].metric[0].label, labels);
  EXPECT_EQ(families[1].type, MetricType::Histogram);
  ASSERT_EQ(families[1].metric.size(), 1U);
  const ClientMetric::Histogram& wait = families[1].metric[0].histogram;
  EXPECT_EQ(wait.sample_count, 1U);
  EXPECT_EQ(wait.sample_sum, 0.5);
  ASSERT_EQ(wait.bucket.size(), 2U);
  EXPECT_EQ(wait.bucket[0].cumulative_count, 1U);
  EXPECT_EQ(wait.bucket[1].upper_bound, infinity);
  EXPECT_EQ(wait.bucket[1].cumulative_count, 1U);
}

TEST(PrometheusCollectableTest, PutsAHelpOfSeveralLinesOnOne) {
  Registry registry;
  registry.gauge("app_level", "One line\nand another.");
  EXPECT_EQ(stock_text(PrometheusCollectable(registry).Collect()),
            "# HELP app_level One line and another.\n"
            "# TYPE app_level gauge\n"
            "app_level 0\n");
}

TEST(PrometheusCollectableTest, ComesBackUnchangedAsASource) {
  Registry registry;
  registry.counter("app_events_total", "Events.", {{"kind", "\\n is no line"}}).increment(3);
  registry.histogram("app_wait_seconds", "Wait.", {0.1, 1}).observe(0.5);
  const auto ours = std::make_shared<const PrometheusCollectable>(registry);
  EXPECT_EQ(Exposition().add(prometheus_source(ours)).answer({}).body, registry.text());
}

}  // namespace
}  // namespace seadragon::monitoring
