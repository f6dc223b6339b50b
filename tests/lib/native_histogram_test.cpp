#include "lib/src/native_histogram.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "seadragon/monitoring/detail/native_buckets.h"
#include "tests/lib/native_definition.h"

namespace seadragon::monitoring::detail {
namespace {

/// What one thread counts.
class ThreadCounts {
 public:
  ThreadCounts() : cells_(native_cells) {}

  void count(double value, std::uint64_t times = 1) { count_native(cells_.data(), value, times); }

  std::vector<std::uint64_t> cells() const { return {cells_.begin(), cells_.end()}; }

 private:
  std::vector<Cell> cells_;
};

NativeHistogram sum_of(const std::vector<const ThreadCounts*>& threads) {
  NativeHistogram total;
  for (const ThreadCounts* thread : threads) add_native(thread->cells(), total);
  return total;
}

NativeHistogram sum_of(const ThreadCounts& thread) { return sum_of({&thread}); }

TEST(NativeBucketsTest, FindRandomBitPatterns) {
  std::mt19937_64 random(20261123);
  for (int i = 0; i < 500'000; ++i) {
    const double value = std::fabs(to_double(random()));
    if (!std::isnormal(value)) continue;
    const int bucket = finest_native_bucket(value);
    ASSERT_EQ(bucket, bucket_by_definition(value, finest_native_schema)) << value;
    ASSERT_EQ(bucket, std::ceil(8 * std::log2(value))) << value;  // no bound is met by chance
  }
}

TEST(NativeBucketsTest, CloseWithTheirUpperBound) {
  for (int bucket = -1023; bucket < 8192; ++bucket) {
    const double bound = finest_upper_bound(bucket);
    ASSERT_NEAR(std::log2(bound) * 8, bucket, 1e-9);
    ASSERT_EQ(finest_native_bucket(bound), bucket);
    ASSERT_EQ(finest_native_bucket(std::nextafter(bound, 0)), bucket);
    ASSERT_EQ(finest_native_bucket(std::nextafter(bound, INFINITY)), bucket + 1);
  }
}

TEST(NativeBucketsTest, ReachUpToTheLargestNumber) {
  EXPECT_EQ(finest_native_bucket(DBL_MAX), 8 * 1024);
  EXPECT_EQ(coarser_bucket(8 * 1024, 6), 128);
}

TEST(NativeBucketsTest, HoldTwoOfTheNextFinerSchema) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const double value = std::fabs(to_double(random()));
    if (!std::isnormal(value)) continue;
    for (int schema = finest_native_schema; schema >= coarsest_schema; --schema) {
      const int bucket = coarser_bucket(finest_native_bucket(value), finest_native_schema - schema);
      ASSERT_EQ(bucket, bucket_by_definition(value, schema));
      if (schema > 0) continue;
      ASSERT_LE(value, upper_bound(bucket, schema)) << schema;
      ASSERT_GT(value, upper_bound(bucket - 1, schema)) << schema;
    }
  }
}

TEST(NativeCountsTest, CountZeroAndWhatIsAsGoodAsZeroApart) {
  ThreadCounts thread;
  for (const double value : {0.0, -0.0, std::numeric_limits<double>::denorm_min(), DBL_MIN,
                             std::nextafter(native_zero_threshold, 0), native_zero_threshold}) {
    thread.count(value);
  }
  EXPECT_EQ(sum_of(thread), finest(6));

  thread.count(std::nextafter(native_zero_threshold, 1), 5);
  EXPECT_EQ(sum_of(thread), finest(6, -1023, {5}));
}

TEST(NativeCountsTest, CountEqualValuesAtOnce) {
  ThreadCounts thread;
  thread.count(1, 3);
  thread.count(1, 4);
  thread.count(0, 5);
  EXPECT_EQ(sum_of(thread), finest(5, 0, {7}));
}

/// The last of `buckets`, counted from `start`, is one too many for a window.
void expect_full_window_before_halving(int start, const std::vector<int>& buckets) {
  ThreadCounts thread;
  ExpectedHistogram expected;
  const auto count = [&](int bucket) {
    thread.count(finest_upper_bound(start + bucket));
    expected.count(finest_upper_bound(start + bucket));
  };
  for (std::size_t i = 0; i + 1 < buckets.size(); ++i) {
    count(buckets[i]);
    ASSERT_EQ(sum_of(thread), expected.histogram()) << i;
    ASSERT_EQ(sum_of(thread).schema, 3) << i;
  }
  EXPECT_EQ(sum_of(thread).counts, std::vector<std::uint64_t>(native_window, 1));
  count(buckets.back());
  EXPECT_EQ(sum_of(thread), expected.histogram());
  EXPECT_EQ(sum_of(thread).schema, 2);
}

TEST(NativeCountsTest, GrowUpwards) {
  std::vector<int> buckets(native_window + 1);
  std::iota(buckets.begin(), buckets.end(), 0);
  expect_full_window_before_halving(-20, buckets);
}

TEST(NativeCountsTest, GrowDownwards) {
  std::vector<int> buckets(native_window + 1);
  std::iota(buckets.rbegin(), buckets.rend(), -native_window);
  expect_full_window_before_halving(20, buckets);
}

TEST(NativeCountsTest, GrowBothWays) {
  std::vector<int> buckets;
  for (int i = 0; i <= native_window; ++i) buckets.push_back(i % 2 == 0 ? i / 2 : -(i + 1) / 2);
  for (const int start : {0, 1, 333}) expect_full_window_before_halving(start, buckets);
}

TEST(NativeCountsTest, LoseNothingWhenTheWindowMovesOrCoarsens) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 30; ++round) {
    ThreadCounts thread;
    ExpectedHistogram expected;
    std::normal_distribution<> powers(0, 1);
    double spread = 0.1;
    const double middle = std::uniform_real_distribution<>(-100, 500)(random);
    for (int i = 0; i < 1000; ++i) {
      spread *= 1.01;
      const double value = std::exp2(std::clamp(middle + spread * powers(random), -140., 1023.));
      const std::uint64_t times = random() % 5 + 1;
      thread.count(value, times);
      expected.count(value, times);
      ASSERT_EQ(sum_of(thread), expected.histogram()) << "round " << round << ", value " << i;
    }
    EXPECT_LT(sum_of(thread).schema, 0);
  }
}

TEST(NativeCountsTest, SpanEveryNumberThatThereIs) {
  ThreadCounts thread;
  for (const double value : {DBL_MAX, std::nextafter(native_zero_threshold, 1), 1.0}) {
    thread.count(value);
  }
  const NativeHistogram total = sum_of(thread);
  EXPECT_EQ(total.schema, -3);
  EXPECT_EQ(total.first, -15);
  EXPECT_EQ(total.counts.size(), 144U);
  EXPECT_EQ(std::accumulate(total.counts.begin(), total.counts.end(), 0U), 3U);
}

TEST(NativeHistogramTest, IsTheSameInWhateverOrderThreadsAreAdded) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 10; ++round) {
    std::vector<ThreadCounts> threads(5);
    ExpectedHistogram expected;
    for (std::size_t i = 0; i < threads.size(); ++i) {
      std::normal_distribution<> powers(std::uniform_real_distribution<>(-20, 20)(random),
                                        1. + static_cast<double>(i));
      for (int n = 0; n < 100; ++n) {
        const double value = n % 10 == 0 ? 0 : std::exp2(powers(random));
        threads[i].count(value);
        expected.count(value);
      }
    }
    std::vector<const ThreadCounts*> order;
    for (const ThreadCounts& thread : threads) order.push_back(&thread);
    std::ranges::sort(order);
    do {
      ASSERT_EQ(sum_of(order), expected.histogram());
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST(NativeHistogramTest, IsNotChangedByThreadsThatCountedNothing) {
  ThreadCounts idle, wide, zeros;
  for (const double value : {1e-30, 1e30}) wide.count(value);
  zeros.count(0);
  EXPECT_EQ(sum_of(idle), finest(0));
  EXPECT_EQ(sum_of({&idle, &wide, &idle}), sum_of(wide));
  EXPECT_EQ(sum_of({&zeros, &wide}), sum_of({&wide, &zeros}));
}

TEST(NativeHistogramTest, TellsQuantilesWithoutBoundsHavingBeenChosen) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<> seconds(-1, 0.8);
  std::vector<ThreadCounts> threads(4);
  std::vector<double> values(200'000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = seconds(random);
    threads[i % threads.size()].count(values[i]);
  }
  std::ranges::sort(values);
  const NativeHistogram total = sum_of({&threads[0], &threads[1], &threads[2], &threads[3]});
  ASSERT_EQ(total.schema, 3);

  for (const double quantile : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    const double rank = quantile * static_cast<double>(values.size());
    double below = 0;
    std::size_t i = 0;
    while (below + static_cast<double>(total.counts.at(i)) < rank) {
      below += static_cast<double>(total.counts.at(i++));
    }
    const int bucket = total.first + static_cast<int>(i);
    const double lower = upper_bound(bucket - 1, total.schema);
    const double width = upper_bound(bucket, total.schema) - lower;
    const double estimate = lower + width * (rank - below) / static_cast<double>(total.counts[i]);
    const double truth = values[static_cast<std::size_t>(rank)];
    EXPECT_NEAR(estimate, truth, 0.02 * truth) << quantile;
  }
}

}  // namespace
}  // namespace seadragon::monitoring::detail
