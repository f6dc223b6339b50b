#include "seadragon/monitoring/counter.h"

#include <stop_token>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>

#include "lib/src/cell_store.h"
#include "seadragon/monitoring/registry.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using tests::value_of;

TEST(CounterTest, CountsOnesAndMore) {
  Registry registry;
  const Counter counter = registry.counter("app_events_total", "Events.");
  counter.increment();
  counter.increment(41);
  EXPECT_EQ(value_of(registry.text(), "app_events_total"), 42);
}

TEST(CounterTest, MadeByDefaultCountsIntoNothing) {
  const Counter counter;
  counter.increment();
  EXPECT_FALSE(counter);
}

TEST(CounterTest, KeepsWhatThreadsCountedThatHaveEnded) {
  Registry registry;
  const Counter counter = registry.counter("app_events_total", "Events.");
  constexpr int rounds = 50;
  constexpr int threads_at_once = 8;
  constexpr int events = 1000;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < threads_at_once; ++i) {
      threads.emplace_back([&] {
        for (int event = 0; event < events; ++event) counter.increment();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(value_of(registry.text(), "app_events_total"), rounds * threads_at_once * events);
}

TEST(CounterTest, NeverGoesBackwardsWhileThreadsComeAndGo) {
  Registry registry;
  const Counter counter = registry.counter("app_events_total", "Events.");
  std::jthread scraper([&](const std::stop_token& stop) {
    double last = 0;
    while (!stop.stop_requested()) {
      const double now = value_of(registry.text(), "app_events_total").value_or(-1);
      ASSERT_GE(now, last);
      last = now;
    }
  });
  for (int i = 0; i < 200; ++i) {
    std::thread([&] { counter.increment(3); }).join();
  }
  scraper.request_stop();
  scraper.join();
  EXPECT_EQ(value_of(registry.text(), "app_events_total"), 600);
}

TEST(CounterTest, GivesItsCellsBackWithItsRegistry) {
  Registry().counter("app_events_total", "Events.").increment(7);
  const detail::CellId before = detail::reserve_cells(1);
  for (int i = 0; i < 100; ++i) Registry().counter("app_events_total", "Events.").increment(7);
  const detail::CellId after = detail::reserve_cells(1);
  EXPECT_LE(after, before + 10);
  Registry registry;
  registry.counter("app_events_total", "Events.");
  EXPECT_EQ(value_of(registry.text(), "app_events_total"), 0);
}

TEST(CounterTest, ReusesTheCellsOfEndedThreads) {
  Registry registry;
  const Counter counter = registry.counter("app_events_total", "Events.");
  std::vector<detail::Slab*> slabs;
  for (int i = 0; i < 3; ++i) {
    std::thread([&] {
      counter.increment();
      slabs.push_back(detail::thread_slab);
    }).join();
  }
  EXPECT_EQ(slabs[1], slabs[0]);
  EXPECT_EQ(slabs[2], slabs[0]);
}

// A library of the user's may record in the destructor of a thread_local object, after every other
// object of the thread is gone.
TEST(CounterTest, CountsInTheDestructorOfAThreadLocalObject) {
  Registry registry;
  const Counter counter = registry.counter("app_events_total", "Events.");
  std::thread([&] {
    struct Late {
      const Counter* counter;
      ~Late() { counter->increment(); }
    };
    static thread_local const Late late{&counter};
    late.counter->increment();
  }).join();
  EXPECT_EQ(value_of(registry.text(), "app_events_total"), 2);
}

}  // namespace
}  // namespace seadragon::monitoring
