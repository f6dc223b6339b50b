// What must hold a million times, not only once.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <stop_token>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/families.h"
#include "lib/src/page_writer.h"
#include "seadragon/monitoring/registry.h"
#include "tests/eventually.h"

namespace seadragon::monitoring {
namespace {

/// Keeps the last values that a page was given.
class LastValues final : public detail::PageWriter {
 public:
  void family(const detail::FamilyHead&) override {}
  void number(const detail::SeriesHead&, std::uint64_t value) override { number_ = value; }
  void number(const detail::SeriesHead&, double) override {}
  void histogram(const detail::SeriesHead&, const detail::HistogramValue& value) override {
    sum_ = value.sum;
    count_ = value.count;
    in_buckets_ = std::accumulate(value.buckets.begin(), value.buckets.end(), std::uint64_t{0});
    in_native_buckets_ = 0;
    if (value.native == nullptr) return;
    in_native_buckets_ = std::accumulate(value.native->counts.begin(), value.native->counts.end(),
                                         value.native->zero_count);
  }
  void summary(const detail::SeriesHead&, const detail::SummaryValue&) override {}
  std::string finish() override { return {}; }

  std::uint64_t number_ = 0, count_ = 0, in_buckets_ = 0, in_native_buckets_ = 0;
  double sum_ = 0;
};

void take(const Registry& registry, LastValues& values) {
  detail::PageFamilies families;
  registry.families().collect(families);
  for (const auto& family : families) family->write(values);
}

constexpr int snapshots = 1'000'000;

// Every value is 1, so in any one moment the sum equals the count.
TEST(StressTest, NoHistogramIsTornInAMillionSnapshots) {
  Registry registry;
  const Histogram histogram = registry.histogram("app_seconds", "Time.", {0.5, 1, 2});
  const std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) histogram.observe(1);
  });
  LastValues values;
  ASSERT_TRUE(tests::eventually([&] { return take(registry, values), values.count_ > 0; }));
  std::uint64_t before = 0;
  for (int i = 0; i < snapshots; ++i) {
    take(registry, values);
    ASSERT_EQ(values.sum_, static_cast<double>(values.count_));
    ASSERT_EQ(values.in_buckets_, values.count_);
    ASSERT_GE(values.count_, before);
    before = values.count_;
  }
}

// The values spread, so that the window of the native buckets moves and coarsens under the reader.
TEST(StressTest, NoNativeHistogramIsTornWhileItsBucketsMove) {
  Registry registry;
  const Histogram histogram =
      registry.histogram("app_seconds", "Time.", HistogramOptions({1}).with_native());
  const std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      histogram.observe(std::ldexp(1, i / 64 % 200 - 100));
    }
  });
  LastValues values;
  ASSERT_TRUE(tests::eventually([&] { return take(registry, values), values.count_ > 0; }));
  for (int i = 0; i < snapshots / 10; ++i) {
    take(registry, values);
    ASSERT_EQ(values.in_buckets_, values.count_);
    ASSERT_EQ(values.in_native_buckets_, values.count_);
  }
}

TEST(StressTest, TotalsOverThousandsOfShortThreadsAreExactAndNeverDecrease) {
  Registry registry;
  const Counter counter = registry.counter("app_events_total", "Events.");
  std::jthread reader([&](const std::stop_token& stop) {
    LastValues values;
    std::uint64_t before = 0;
    while (!stop.stop_requested()) {
      take(registry, values);
      ASSERT_GE(values.number_, before);
      before = values.number_;
    }
  });
  constexpr int rounds = 800;
  constexpr int threads_at_once = 8;
  constexpr int events = 500;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < threads_at_once; ++i) {
      threads.emplace_back([&] {
        for (int event = 0; event < events; ++event) counter.increment();
      });
    }
  }
  reader.request_stop();
  reader.join();
  LastValues values;
  take(registry, values);
  EXPECT_EQ(values.number_, std::uint64_t{rounds} * threads_at_once * events);
}

// No lock that a recording thread needs may be held by a scrape, nor one that registration needs
// while the page is written.
TEST(StressTest, SeriesComeAndGoWhileTheyAreRecordedAndScraped) {
  Registry registry;
  const Family<Counter> family = registry.counter_family("app_x_total", "X.", {"value"}, 64);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t](const std::stop_token& stop) {
      for (int i = t; !stop.stop_requested(); ++i) {
        const std::string value = std::to_string(i % 100);
        family.with({value}).increment();
        if (i % 7 == 0) family.remove({value});
      }
    });
  }
  std::size_t bytes = 0;
  for (int i = 0; i < 20'000; ++i) bytes += registry.text().size();
  EXPECT_GT(bytes, 0U);
}

}  // namespace
}  // namespace seadragon::monitoring
