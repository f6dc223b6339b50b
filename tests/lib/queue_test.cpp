#include "seadragon/monitoring/queue.h"

#include <atomic>
#include <deque>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using tests::value_of;

MonitorOptions silent() { return {.log = {.console = false, .file = ""}}; }

class QueueTest : public testing::Test {
 protected:
  double finished(const std::string& outcome) {
    return at("finished_total", ",outcome=\"" + outcome + "\"");
  }

  double at(const std::string& metric, const std::string& more_labels = "") {
    const std::string series = "seadragon_queue_" + metric + "{queue=\"chat\"" + more_labels + "}";
    return value_of(monitor_.metrics(), series).value_or(-1);
  }

  double tokens(const std::string& series) {
    return value_of(monitor_.metrics(), "seadragon_generation_" + series).value_or(-1);
  }

  void expect_balance(const std::string& only_outcome) {
    EXPECT_EQ(finished(only_outcome), 1) << only_outcome;
    EXPECT_EQ(at("received_total"), 1);
    EXPECT_EQ(at("length"), 0);
    EXPECT_EQ(at("active_requests"), 0);
    EXPECT_EQ(at("imbalance"), 0);
  }

  Monitor monitor_{silent()};
  Queue queue_ = monitor_.queue({"chat", 64, 2});
};

TEST_F(QueueTest, ShowsEverySeriesBeforeTheFirstRequest) {
  EXPECT_EQ(at("received_total"), 0);
  EXPECT_EQ(at("capacity"), 64);
  EXPECT_EQ(at("slots"), 2);
  EXPECT_EQ(at("oldest_wait_seconds"), 0);
  for (const char* outcome : {"completed", "rejected_full", "cancelled_queued", "cancelled_running",
                              "timeout_queued", "timeout_running", "error", "abandoned"}) {
    EXPECT_EQ(finished(outcome), 0) << outcome;
  }
}

TEST_F(QueueTest, FollowsARequestFromArrivalToCompletion) {
  Ticket ticket = queue_.enqueue({"tiny"});
  EXPECT_EQ(at("length"), 1);
  EXPECT_GT(at("oldest_wait_seconds"), 0);
  EXPECT_EQ(at("imbalance"), 0);
  ticket.start();
  EXPECT_EQ(at("length"), 0);
  EXPECT_EQ(at("active_requests"), 1);
  EXPECT_EQ(at("oldest_wait_seconds"), 0);
  EXPECT_EQ(at("imbalance"), 0);
  ticket.finish(Outcome::completed);
  EXPECT_FALSE(ticket);
  expect_balance("completed");
  EXPECT_EQ(at("wait_seconds_count"), 1);
  EXPECT_EQ(at("processing_seconds_count"), 1);
}

TEST_F(QueueTest, TellsWaitingFromRunningWhenARequestIsCancelled) {
  queue_.enqueue().finish(Outcome::cancelled);
  expect_balance("cancelled_queued");
  Ticket ticket = queue_.enqueue();
  ticket.start();
  ticket.finish(Outcome::cancelled);
  EXPECT_EQ(finished("cancelled_running"), 1);
}

TEST_F(QueueTest, TellsWaitingFromRunningWhenTimeIsUp) {
  queue_.enqueue().finish(Outcome::timeout);
  expect_balance("timeout_queued");
  Ticket ticket = queue_.enqueue();
  ticket.start();
  ticket.finish(Outcome::timeout);
  EXPECT_EQ(finished("timeout_running"), 1);
}

TEST_F(QueueTest, CountsARejectedRequestAsReceivedAndFinished) {
  queue_.reject();
  expect_balance("rejected_full");
}

TEST_F(QueueTest, CountsATicketDestroyedWhileWaitingAsCancelled) {
  { const Ticket ticket = queue_.enqueue(); }
  expect_balance("cancelled_queued");
}

TEST_F(QueueTest, CountsATicketDestroyedWhileRunningAsAbandoned) {
  {
    Ticket ticket = queue_.enqueue();
    ticket.start();
  }
  expect_balance("abandoned");
}

TEST_F(QueueTest, CountsATicketDestroyedByAnExceptionAsError) {
  try {
    Ticket ticket = queue_.enqueue();
    ticket.start();
    throw std::runtime_error("the model failed");
  } catch (const std::runtime_error&) {
  }
  expect_balance("error");
}

TEST_F(QueueTest, RunsWorkAndReturnsItsResult) {
  Ticket ticket = queue_.enqueue();
  EXPECT_EQ(ticket.run([] { return 42; }), 42);
  expect_balance("completed");
}

TEST_F(QueueTest, RunPassesAnExceptionOn) {
  Ticket ticket = queue_.enqueue();
  EXPECT_THROW(ticket.run([] { throw std::runtime_error("the model failed"); }),
               std::runtime_error);
  expect_balance("error");
}

TEST_F(QueueTest, FinishesARequestOnce) {
  Ticket ticket = queue_.enqueue();
  ticket.start();
  ticket.start();
  ticket.finish(Outcome::completed);
  ticket.finish(Outcome::error);
  ticket.token();
  expect_balance("completed");
  EXPECT_EQ(at("wait_seconds_count"), 1);
}

TEST_F(QueueTest, LetsATicketMove) {
  Ticket first = queue_.enqueue();
  Ticket second = std::move(first);
  EXPECT_EQ(at("length"), 1);
  Ticket& itself = second;
  second = std::move(itself);
  EXPECT_EQ(at("length"), 1);
  second = queue_.enqueue();  // what it held is dropped while waiting
  EXPECT_EQ(finished("cancelled_queued"), 1);
  EXPECT_EQ(at("length"), 1);
}

TEST_F(QueueTest, IgnoresWhatHappensToAnEmptyTicket) {
  Ticket ticket;
  ticket.start();
  ticket.token();
  ticket.finish(Outcome::completed);
  EXPECT_FALSE(ticket);
}

TEST_F(QueueTest, GivesTheSameQueueForTheSameName) {
  Queue same = monitor_.queue({"chat", 64, 2});
  const Ticket ticket = same.enqueue();
  EXPECT_EQ(at("length"), 1);
}

TEST_F(QueueTest, RefusesAQueueWithoutNameOrSlotsOrOfAnotherShape) {
  EXPECT_THROW(monitor_.queue({"", 1, 1}), std::invalid_argument);
  EXPECT_THROW(monitor_.queue({"chat2", 1, 0}), std::invalid_argument);
  EXPECT_THROW(monitor_.queue({"chat", 65, 2}), std::invalid_argument);
}

TEST_F(QueueTest, SurvivesAQueueWhoseSeriesAreRefusedHalfway) {
  const Labels labels = {{"queue", "late"}};
  monitor_.registry().gauge("seadragon_queue_slots", "Requests that can be processed at once.",
                            labels, [] { return 7.0; });
  EXPECT_THROW(monitor_.queue({"late", 1, 1}), std::invalid_argument);
  EXPECT_EQ(value_of(monitor_.metrics(), "seadragon_queue_length{queue=\"late\"}"), 0);
  EXPECT_EQ(at("imbalance"), 0);
}

TEST_F(QueueTest, TakesNamesThatLookAlikeForTheSameQueue) {
  monitor_.queue({"\xFF", 1, 1});
  const Ticket ticket = monitor_.queue({"\xFE", 1, 1}).enqueue();
  EXPECT_EQ(value_of(monitor_.metrics(), "seadragon_queue_length{queue=\"\xEF\xBF\xBD\"}"), 1);
}

TEST_F(QueueTest, CountsTokensAsTheyAreProduced) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  ticket.prompt_tokens(12);
  ticket.token();
  ticket.token(0);
  ticket.token(3);
  EXPECT_EQ(tokens("tokens_total{model=\"tiny\",kind=\"prompt\"}"), 12);
  EXPECT_EQ(tokens("tokens_total{model=\"tiny\",kind=\"completion\"}"), 4);
  EXPECT_EQ(tokens("time_to_first_token_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_EQ(tokens("inter_token_seconds_count{model=\"tiny\"}"), 3);
}

TEST_F(QueueTest, CountsTheTokensOfAnUnfinishedRequestAsWasted) {
  for (const Outcome outcome : {Outcome::completed, Outcome::cancelled}) {
    Ticket ticket = queue_.enqueue({"tiny"});
    ticket.start();
    ticket.token(5);
    ticket.finish(outcome);
  }
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"cancelled_running\"}"), 5);
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"error\"}"), 0);
  EXPECT_GT(tokens("busy_seconds_total{model=\"tiny\"}"), 0);
}

TEST_F(QueueTest, CallsAModelThatNobodyNamedUnknown) {
  queue_.enqueue().prompt_tokens(1);
  EXPECT_EQ(tokens("tokens_total{model=\"unknown\",kind=\"prompt\"}"), 1);
}

TEST(QueueModelsTest, BeyondTheCapCountAsOther) {
  MonitorOptions options = silent();
  options.max_models = 2;
  Monitor monitor(options);
  Queue queue = monitor.queue({"chat", 1, 1});
  for (int i = 0; i < 10; ++i) queue.enqueue({"model-" + std::to_string(i)}).prompt_tokens(1);
  const auto prompt_tokens = [page = monitor.metrics()](const std::string& model) {
    return value_of(page,
                    "seadragon_generation_tokens_total{model=\"" + model + "\",kind=\"prompt\"}");
  };
  EXPECT_EQ(prompt_tokens("model-1"), 1);
  EXPECT_EQ(prompt_tokens("model-2"), std::nullopt);
  EXPECT_EQ(prompt_tokens("other"), 8);
  EXPECT_EQ(value_of(monitor.metrics(),
                     "seadragon_monitoring_series_dropped_total{family="
                     "\"seadragon_generation_tokens_total\"}"),
            8);
}

TEST(QueueModelsTest, WithALongNameCountAsOther) {
  Monitor monitor(silent());
  Queue queue = monitor.queue({"chat", 1, 1});
  queue.enqueue({std::string(1'000'000, 'x')}).prompt_tokens(1);
  const std::string page = monitor.metrics();
  EXPECT_LT(page.size(), 100'000U);
  EXPECT_EQ(value_of(page, "seadragon_generation_tokens_total{model=\"other\",kind=\"prompt\"}"),
            1);
}

// Any interleaving: the books balance whenever they are read, and at the end they say what
// happened.
TEST_F(QueueTest, BalancesAtEveryScrapeUnderLoad) {
  constexpr int threads = 4;
  constexpr int requests = 20'000;
  std::atomic<int> running = threads;
  std::vector<std::jthread> servers;
  for (int t = 0; t < threads; ++t) {
    servers.emplace_back([&, t] {
      std::minstd_rand random(static_cast<unsigned>(t));
      std::deque<Ticket> waiting;
      for (int i = 0; i < requests; ++i) {
        if (random() % 10 == 0) {
          queue_.reject();
          continue;
        }
        waiting.push_back(queue_.enqueue({"tiny"}));
        if (waiting.size() < random() % 100) continue;
        Ticket ticket = std::move(waiting.front());
        waiting.pop_front();
        if (random() % 4 != 0) ticket.start();
        if (random() % 4 != 0) ticket.finish(static_cast<Outcome>(random() % 4));
      }
      --running;
    });
  }
  double last_received = 0;
  while (running > 0) {
    const std::string page = monitor_.metrics();
    ASSERT_EQ(value_of(page, "seadragon_queue_imbalance{queue=\"chat\"}"), 0);
    const auto received = value_of(page, "seadragon_queue_received_total{queue=\"chat\"}");
    ASSERT_GE(received, last_received);
    last_received = *received;
  }
  for (std::jthread& server : servers) server.join();
  EXPECT_EQ(at("received_total"), threads * requests);
  EXPECT_EQ(at("imbalance"), 0);
  EXPECT_EQ(at("length") + at("active_requests"), 0);
}

}  // namespace
}  // namespace seadragon::monitoring
