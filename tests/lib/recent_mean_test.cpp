#include "lib/src/recent_mean.h"

#include <chrono>

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

using namespace std::chrono_literals;

class RecentMeanTest : public testing::Test {
 protected:
  /// `count` more values of `each`, seen at the next reading, `later`.
  void pass(std::chrono::seconds later, std::uint64_t count, double each) {
    now_ += later;
    count_ += count;
    sum_ += static_cast<double>(count) * each;
    mean_.update(now_, count_, sum_);
  }

  RecentMean mean_{300s};
  RecentMean::Clock::time_point now_{1000s};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

TEST_F(RecentMeanTest, IsZeroBeforeTheFirstValue) {
  pass(15s, 0, 0);
  EXPECT_EQ(mean_.value(), 0);
}

TEST_F(RecentMeanTest, IsTheMeanOfWhatCame) {
  pass(1s, 1, 10);
  EXPECT_DOUBLE_EQ(mean_.value(), 10);
  pass(0s, 3, 2);
  EXPECT_DOUBLE_EQ(mean_.value(), 4);
}

TEST_F(RecentMeanTest, ForgetsWithTime) {
  pass(1s, 100, 10);
  pass(300s, 100, 20);
  EXPECT_NEAR(mean_.value(), (10 * 0.3679 + 20) / 1.3679, 0.001);
  pass(3600s, 100, 5);
  EXPECT_NEAR(mean_.value(), 5, 0.2);
}

TEST_F(RecentMeanTest, StaysWhileNothingComes) {
  pass(1s, 50, 7);
  for (int i = 0; i < 1000; ++i) pass(60s, 0, 0);
  EXPECT_DOUBLE_EQ(mean_.value(), 7);
  pass(60s, 1, 9);  // what is remembered counts for one
  EXPECT_NEAR(mean_.value(), 8, 0.2);
}

TEST_F(RecentMeanTest, StaysOverAGapOfAYear) {
  pass(1s, 50, 7);
  pass(365 * 86'400s, 0, 0);
  EXPECT_DOUBLE_EQ(mean_.value(), 7);
}

TEST_F(RecentMeanTest, HardlyDependsOnHowOftenItIsTold) {
  RecentMean often(300s), seldom(300s);
  for (int second = 1; second <= 600; ++second) {
    // Ten values a second: of 1 at first, of 3 later.
    const double sum = second <= 300 ? 10.0 * second : 3000 + 30.0 * (second - 300);
    often.update(now_ + std::chrono::seconds(second), static_cast<std::uint64_t>(10 * second), sum);
    if (second % 60 == 0) {
      seldom.update(now_ + std::chrono::seconds(second), static_cast<std::uint64_t>(10 * second),
                    sum);
    }
  }
  EXPECT_NEAR(often.value(), seldom.value(), 0.1);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
