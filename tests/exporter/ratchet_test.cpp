#include "exporter/ratchet.h"

#include <gtest/gtest.h>

namespace seadragon::exporter {
namespace {

TEST(RatchetTest, FollowsAReadingThatGrows) {
  Ratchet ratchet(3);
  EXPECT_EQ(ratchet.follow(10), 10);
  EXPECT_EQ(ratchet.follow(12.5), 12.5);
}

TEST(RatchetTest, WaitsUntilASmallStepBackIsCaughtUp) {
  Ratchet ratchet(3);
  ratchet.follow(10);
  EXPECT_EQ(ratchet.follow(8), 10);
  EXPECT_EQ(ratchet.follow(9.5), 10);
  EXPECT_EQ(ratchet.follow(11), 11);
}

TEST(RatchetTest, GoesOnFromWhereItWasAfterARestart) {
  Ratchet ratchet(3);
  ratchet.follow(1000);
  EXPECT_EQ(ratchet.follow(5), 1000);
  EXPECT_EQ(ratchet.follow(7), 1002);
  EXPECT_EQ(ratchet.follow(0), 1002);
  EXPECT_EQ(ratchet.follow(1), 1003);
}

}  // namespace
}  // namespace seadragon::exporter
