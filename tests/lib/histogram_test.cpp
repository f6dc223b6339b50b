#include "seadragon/monitoring/histogram.h"

#include <cmath>
#include <stop_token>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "lib/src/cell_store.h"
#include "seadragon/monitoring/registry.h"
#include "tests/eventually.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using tests::value_of;

TEST(HistogramTest, SortsValuesIntoCumulativeBuckets) {
  Registry registry;
  const Histogram histogram = registry.histogram("app_seconds", "Time.", {0.1, 1});
  for (const double value : {0.05, 0.1, 0.5, 7.0}) histogram.observe(value);
  EXPECT_EQ(registry.text(),
            "# HELP app_seconds Time.\n"
            "# TYPE app_seconds histogram\n"
            "app_seconds_bucket{le=\"0.1\"} 2\n"
            "app_seconds_bucket{le=\"1.0\"} 3\n"
            "app_seconds_bucket{le=\"+Inf\"} 4\n"
            "app_seconds_sum 7.65\n"
            "app_seconds_count 4\n");
}

TEST(HistogramTest, AddsEqualValuesAtOnce) {
  Registry registry;
  const Histogram histogram = registry.histogram("app_seconds", "Time.", {1});
  histogram.observe(0.25, 4);
  const std::string page = registry.text();
  EXPECT_EQ(value_of(page, "app_seconds_count"), 4);
  EXPECT_EQ(value_of(page, "app_seconds_sum"), 1);
}

TEST(HistogramTest, IgnoresWhatWouldSpoilTheSum) {
  Registry registry;
  const Histogram histogram = registry.histogram("app_seconds", "Time.", {1});
  histogram.observe(NAN);
  histogram.observe(INFINITY);
  histogram.observe(-INFINITY);
  histogram.observe(1, 0);
  histogram.observe(1);
  EXPECT_EQ(value_of(registry.text(), "app_seconds_sum"), 1);
  EXPECT_EQ(value_of(registry.text(), "app_seconds_count"), 1);
}

TEST(HistogramTest, MadeByDefaultObservesNothing) { Histogram().observe(1); }

// Every value is 1, so in any one moment the sum equals the count.
TEST(HistogramTest, ShowsSumAndCountOfTheSameMoment) {
  Registry registry;
  const Histogram histogram = registry.histogram("app_seconds", "Time.", {0.5, 1, 2});
  const std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) histogram.observe(1);
  });
  ASSERT_TRUE(
      tests::eventually([&] { return value_of(registry.text(), "app_seconds_count") > 0; }));
  for (int i = 0; i < 2000; ++i) {
    const std::string page = registry.text();
    const auto count = value_of(page, "app_seconds_count");
    ASSERT_EQ(value_of(page, "app_seconds_sum"), count);
    ASSERT_EQ(value_of(page, "app_seconds_bucket{le=\"+Inf\"}"), count);
  }
}

TEST(HistogramTest, HasItsCellsOnOwnCacheLinesOfOneChunk) {
  for (int i = 0; i < 100; ++i) {
    const detail::CellId block = detail::reserve_cells(29);
    EXPECT_EQ(block % 8, 0U);
    EXPECT_EQ(block / detail::cells_per_chunk, (block + 28) / detail::cells_per_chunk);
    detail::reserve_cells(1);
  }
}

}  // namespace
}  // namespace seadragon::monitoring
