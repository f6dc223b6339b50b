#include "lib/src/ledger_snapshot.h"

#include <chrono>
#include <deque>

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

using namespace std::chrono_literals;
using State = LedgerSlot::State;

class LedgerSnapshotTest : public testing::Test {
 protected:
  LedgerSlot& slot(State state, LedgerClock::duration age) {
    LedgerSlot& made = slots_.emplace_back();
    made.state = state;
    made.since = now_ - age;
    if (state == State::running) made.started = now_ - age;
    made.received = 1;
    return made;
  }

  LedgerSnapshot snapshot() const {
    LedgerSnapshot snapshot(now_);
    for (const LedgerSlot& slot : slots_) snapshot.add(slot);
    return snapshot;
  }

  double drain(double mean, std::size_t slots) const { return snapshot().drain(mean, slots); }

  const LedgerClock::time_point now_ = LedgerClock::time_point(100h);
  std::deque<LedgerSlot> slots_;
};

TEST_F(LedgerSnapshotTest, OfNothingIsAllZero) {
  const LedgerSnapshot nothing = snapshot();
  EXPECT_EQ(nothing.received(), 0U);
  EXPECT_EQ(nothing.imbalance(), 0);
  EXPECT_EQ(nothing.oldest_wait(), 0);
  EXPECT_EQ(nothing.oldest_active(), 0);
  EXPECT_EQ(nothing.drain(3, 2), 0);
}

TEST_F(LedgerSnapshotTest, KnowsTheOldestOfEachState) {
  slot(State::waiting, 3s);
  slot(State::waiting, 5s);
  slot(State::running, 7s);
  slot(State::running, 4s);
  EXPECT_DOUBLE_EQ(snapshot().oldest_wait(), 5);
  EXPECT_DOUBLE_EQ(snapshot().oldest_active(), 7);
}

TEST_F(LedgerSnapshotTest, CallsWhatBeganAfterTheReadingNotNegative) {
  slot(State::waiting, -1s);
  slot(State::running, -1s);
  EXPECT_EQ(snapshot().oldest_wait(), 0);
  EXPECT_EQ(snapshot().oldest_active(), 0);
  EXPECT_EQ(snapshot().drain(0, 1), 0);
}

TEST_F(LedgerSnapshotTest, SortsWhatRunsByAge) {
  for (const auto age : {0s, 9s, 10s, 59s, 60s, 599s, 600s, 3599s, 3600s, 90'000s}) {
    slot(State::running, age);
  }
  slot(State::waiting, 3600s);
  for (std::size_t age = 0; age < age_names.size(); ++age) {
    EXPECT_EQ(snapshot().running_of_age(age), 2U) << age_names[age];
  }
}

TEST_F(LedgerSnapshotTest, ShowsWhatDoesNotBalance) {
  slot(State::waiting, 1s);
  EXPECT_EQ(snapshot().imbalance(), 0);
  slots_.back().received = 3;
  EXPECT_EQ(snapshot().imbalance(), 2);
  slots_.back().received = 0;
  EXPECT_EQ(snapshot().imbalance(), -1);
}

TEST_F(LedgerSnapshotTest, CountsTheRejectedAsReceivedAndFinished) {
  LedgerSnapshot rejected;
  rejected.add_rejected(5);
  EXPECT_EQ(rejected.received(), 5U);
  EXPECT_EQ(rejected.finished(static_cast<std::size_t>(LedgerOutcome::rejected_full)), 5U);
  EXPECT_EQ(rejected.imbalance(), 0);
}

TEST_F(LedgerSnapshotTest, DrainsInTheMeanTimeOfEachRequestSharedByTheSlots) {
  for (int i = 0; i < 6; ++i) slot(State::waiting, 2s);
  slot(State::running, 2s);
  slot(State::running, 2s);
  EXPECT_DOUBLE_EQ(drain(10, 2), 6 * 10 / 2.0);
  EXPECT_DOUBLE_EQ(drain(10, 3), 6 * 10 / 3.0);
}

TEST_F(LedgerSnapshotTest, DrainsMoreSlowlyThanItsMeanWhenWhatRunsIsAlreadyOlder) {
  slot(State::waiting, 1s);
  slot(State::running, 40s);
  slot(State::running, 80s);
  EXPECT_DOUBLE_EQ(drain(10, 2), 60 / 2.0);
}

TEST_F(LedgerSnapshotTest, DrainsNeverSoonWhenNothingStartsAnyMore) {
  slot(State::waiting, 300s);
  slot(State::waiting, 1s);
  LedgerSlot& once = slot(State::free, 0s);  // the last request that was started, long done
  once.started = now_ - 200s;
  once.finished[0] = 1;
  EXPECT_DOUBLE_EQ(drain(10, 2), 2 * 200.0);
}

TEST_F(LedgerSnapshotTest, DoesNotTakeAnEmptyQueueForOneThatIsStuck) {
  LedgerSlot& once = slot(State::free, 0s);
  once.started = now_ - 5h;
  once.finished[0] = 1;
  slot(State::waiting, 1s);  // the first for hours
  EXPECT_DOUBLE_EQ(drain(10, 2), 10 / 2.0);
}

TEST_F(LedgerSnapshotTest, EstimatesEvenBeforeAnythingEnded) {
  slot(State::waiting, 30s);
  slot(State::waiting, 10s);
  EXPECT_DOUBLE_EQ(drain(0, 2), 2 * 30.0);  // nothing was ever started
  slot(State::running, 20s);
  EXPECT_DOUBLE_EQ(drain(0, 2), 2 * 20 / 2.0);
}

TEST_F(LedgerSnapshotTest, AddsUpWhatWasProcessed) {
  slot(State::free, 0s).processed = 2;
  slots_.back().processed_nanoseconds = 3'000'000'000;
  slot(State::free, 0s).processed = 1;
  slots_.back().processed_nanoseconds = 500'000'000;
  EXPECT_EQ(snapshot().processed(), 3U);
  EXPECT_DOUBLE_EQ(snapshot().processed_seconds(), 3.5);
}

// What a fork in the middle of a change leaves behind: readers must not wait for ever.
TEST_F(LedgerSnapshotTest, ReadsASlotThatNobodyWillFinishChanging) {
  slot(State::waiting, 1s).sequence = 1;
  EXPECT_EQ(snapshot().waiting(), 1U);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
