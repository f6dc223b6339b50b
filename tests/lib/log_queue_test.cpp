#include "lib/src/log_queue.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> take(LogQueue& queue) {
  std::vector<std::string> lines;
  queue.take_all([&](const QueuedLine& line) { lines.emplace_back(line.text); });
  return lines;
}

bool push(LogQueue& queue, std::string_view text) {
  return queue.push({Clock::time_point(), LogLevel::info, text});
}

TEST(LogQueueTest, GivesLinesBackInTheirOrderWithTimeAndLevel) {
  LogQueue queue(0);
  const Clock::time_point time = Clock::now();
  EXPECT_TRUE(queue.is_empty());
  EXPECT_TRUE(queue.push({time, LogLevel::error, "first"}));
  EXPECT_TRUE(queue.push({time, LogLevel::info, ""}));
  EXPECT_FALSE(queue.is_empty());
  std::vector<std::string> lines;
  queue.take_all([&](const QueuedLine& line) {
    EXPECT_EQ(line.time, time);
    EXPECT_EQ(line.level, lines.empty() ? LogLevel::error : LogLevel::info);
    lines.emplace_back(line.text);
  });
  EXPECT_EQ(lines, (std::vector<std::string>{"first", ""}));
  EXPECT_TRUE(queue.is_empty());
}

TEST(LogQueueTest, RefusesWhatFindsNoPlaceAndTakesItLater) {
  LogQueue queue(0);
  const std::string line(1000, 'x');
  std::size_t fit = 0;
  while (push(queue, line)) ++fit;
  EXPECT_GT(fit, 30U);
  EXPECT_TRUE(queue.is_half_full());
  EXPECT_EQ(take(queue).size(), fit);
  EXPECT_FALSE(queue.is_half_full());
  EXPECT_TRUE(push(queue, line));
  EXPECT_EQ(take(queue).size(), 1U);
}

TEST(LogQueueTest, CutsALineThatIsTooLong) {
  LogQueue queue(0);
  EXPECT_TRUE(push(queue, std::string(100'000, 'x')));
  EXPECT_EQ(take(queue).front().size(), LogQueue::longest_line);
}

TEST(LogQueueTest, LeavesWhatComesMeanwhileForTheNextTime) {
  LogQueue queue(0);
  push(queue, "first");
  int lines = 0;
  queue.take_all([&](const QueuedLine&) {
    ++lines;
    push(queue, "one more");
  });
  EXPECT_EQ(lines, 1);
  EXPECT_EQ(take(queue), std::vector<std::string>{"one more"});
}

TEST(LogQueueTest, GoesRoundWithLinesOfEveryLength) {
  LogQueue queue(0);
  for (std::size_t round = 0; round < 20; ++round) {
    for (std::size_t length = 0; length < 300; ++length) {
      const std::string text(length * (1 + round) % 5000, static_cast<char>('a' + round));
      ASSERT_TRUE(push(queue, text));
      ASSERT_EQ(take(queue), std::vector<std::string>{text});
    }
  }
}

TEST(LogQueueTest, LosesNothingBetweenThreads) {
  constexpr int threads = 4, lines = 20'000;
  LogQueue queue(0);
  std::atomic<int> refused = 0, running = threads;
  std::vector<std::thread> writers;
  for (int thread = 0; thread < threads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int i = 0; i < lines; ++i) {
        const std::string text = std::to_string(thread) + ':' + std::to_string(i) +
                                 std::string(static_cast<std::size_t>(i % 200), '.');
        if (!push(queue, text)) ++refused;
      }
      --running;
    });
  }
  int taken = 0;
  std::map<int, int> last;
  const auto check = [&](const QueuedLine& line) {
    const int thread = line.text.front() - '0';
    const int number = std::stoi(std::string(line.text.substr(2)));
    // A thread's lines stay in order, and each is whole.
    const auto before = last.find(thread);
    EXPECT_TRUE(before == last.end() || before->second < number);
    EXPECT_EQ(line.text, std::to_string(thread) + ':' + std::to_string(number) +
                             std::string(static_cast<std::size_t>(number % 200), '.'));
    last[thread] = number;
    ++taken;
  };
  while (running > 0) queue.take_all(check);
  queue.take_all(check);
  for (std::thread& writer : writers) writer.join();
  queue.take_all(check);
  EXPECT_EQ(taken + refused, threads * lines);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
