// The life of threads and processes, which counts have to survive.
#include "seadragon/monitoring/detail/cells.h"

#include <atomic>
#include <barrier>
#include <coroutine>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/src/cell_store.h"
#include "seadragon/monitoring/registry.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using tests::value_of;

class CellsTest : public testing::Test {
 protected:
  double events() const { return value_of(registry_.text(), "app_events_total").value_or(-1); }
  double seconds(const std::string& suffix) const {
    return value_of(registry_.text(), "app_seconds" + suffix).value_or(-1);
  }

  Registry registry_;
  const Counter counter_ = registry_.counter("app_events_total", "Events.");
  const Histogram histogram_ =
      registry_.histogram("app_seconds", "Time.", HistogramOptions({1, 2}).with_native());
};

TEST_F(CellsTest, AreSharedByTheThreadsBeyondTheCap) {
  constexpr int threads = detail::most_slabs + 40;
  constexpr int events_of_each = 2000;
  std::barrier all_have_recorded(threads);
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&] {
      counter_.increment();
      all_have_recorded.arrive_and_wait();  // so that each has taken a slab, or found none
      for (int i = 1; i < events_of_each; ++i) counter_.increment();
      for (int i = 0; i < events_of_each; ++i) histogram_.observe(1);
    });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_EQ(events(), threads * events_of_each);
  EXPECT_EQ(seconds("_count"), threads * events_of_each);
  EXPECT_EQ(seconds("_sum"), threads * events_of_each);
  EXPECT_LE(detail::slab_count(), detail::most_slabs);
}

TEST_F(CellsTest, AreNoMoreThanThreadsRecordedAtOnce) {
  counter_.increment();
  const std::size_t before = detail::slab_count();
  for (int i = 0; i < 1600; ++i) {
    std::thread([&] { counter_.increment(); }).join();
  }
  EXPECT_LE(detail::slab_count(), before + 1);
  EXPECT_EQ(events(), 1601);
}

// A thread_local object of the user's that is destroyed after ours and records then takes a slab
// again; it has to come back.
TEST_F(CellsTest, ComeBackFromThreadsThatRecordInTheirLastMoments) {
  struct Late {
    const Counter* counter;
    ~Late() { counter->increment(); }
  };
  const auto end_late = [&] {
    static thread_local const Late late{&counter_};
    late.counter->increment();
  };
  std::thread(end_late).join();
  const std::size_t before = detail::slab_count();
  for (int i = 0; i < 20; ++i) std::thread(end_late).join();
  EXPECT_EQ(detail::slab_count(), before);
  EXPECT_EQ(events(), 42);
}

/// Runs `body` in a forked process; true if it returned true there.
template <class Body>
bool holds_in_child(const Body& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body() ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(CellsTest, BeginAtZeroInAForkedProcess) {
  counter_.increment(5);
  std::thread([&] { counter_.increment(2); }).join();
  histogram_.observe(1);
  EXPECT_TRUE(holds_in_child([&] {
    if (events() != 0 || seconds("_count") != 0) return false;
    counter_.increment(3);
    histogram_.observe(1);
    std::thread([&] { counter_.increment(); }).join();
    registry_.counter("app_more_total", "More.").increment();
    return events() == 4 && seconds("_sum") == 1;
  }));
  counter_.increment();
  EXPECT_EQ(events(), 8);
}

TEST_F(CellsTest, AreWholeInAProcessForkedWhileOthersWrite) {
  const std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) histogram_.observe(1);
  });
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(holds_in_child([&] {
      histogram_.observe(1);
      return seconds("_sum") == 1 && seconds("_count") == 1;
    }));
  }
}

/// Goes on in whichever thread resumes it.
struct Wanderer {
  struct promise_type {
    Wanderer get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::abort(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Wanderer count_in_many_threads(const Counter& counter, int steps) {
  for (int i = 0; i < steps; ++i) {
    counter.increment();
    co_await std::suspend_always();
    counter.increment();
  }
}

TEST_F(CellsTest, CountEveryStepOfCoroutinesThatChangeThreads) {
  constexpr int steps = 2000;
  constexpr int coroutines = 4;
  std::vector<Wanderer> wanderers;
  for (int i = 0; i < coroutines; ++i) {
    wanderers.push_back(count_in_many_threads(counter_, steps));
  }
  // Each thread resumes another coroutine in every round, all at the same time.
  std::barrier round(coroutines);
  std::vector<std::thread> threads;
  for (int t = 0; t < coroutines; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i <= steps; ++i) {
        wanderers[static_cast<std::size_t>((t + i) % coroutines)].handle.resume();
        round.arrive_and_wait();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Wanderer& wanderer : wanderers) {
    EXPECT_TRUE(wanderer.handle.done());
    wanderer.handle.destroy();
  }
  EXPECT_EQ(events(), 2 * steps * coroutines);
}

// The plug-in's own copy of the library must stay as long as threads that recorded in it.
TEST(CellsPluginTest, OutliveThePluginThatMadeThem) {
  void* const plugin = dlopen(SEADRAGON_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(plugin, nullptr) << dlerror();
  auto* const record = reinterpret_cast<int (*)()>(dlsym(plugin, "record"));
  ASSERT_NE(record, nullptr);
  std::atomic<bool> recorded = false, closed = false;
  std::thread thread([&] {
    EXPECT_EQ(record(), 1);
    recorded = true;
    recorded.notify_one();
    closed.wait(false);
  });
  recorded.wait(false);
  dlclose(plugin);
  closed = true;
  closed.notify_one();
  thread.join();  // its end runs code of the plug-in
}

/// Destroyed, and so recording, after main() has returned.
struct RecordsAtTheEnd {
  Counter counter;
  ~RecordsAtTheEnd() { counter.increment(); }
};

TEST(CellsExitTest, MayBeWrittenWhileStaticObjectsAreDestroyed) {
  EXPECT_EXIT(
      {
        static RecordsAtTheEnd early;  // destroyed after the registry
        static Registry registry;
        early.counter = registry.counter("app_events_total", "Events.");
        early.counter.increment();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace seadragon::monitoring
