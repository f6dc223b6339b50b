#include "seadragon/monitoring/queue.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <stdexcept>
#include <string>
#include <thread>

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

  double busy(const std::string& phase) {
    return tokens("busy_seconds_total{model=\"tiny\",phase=\"" + phase + "\"}");
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

TEST_F(QueueTest, CountsTheWorkOfAnUnfinishedRequestAsWasted) {
  for (const Outcome outcome : {Outcome::completed, Outcome::cancelled}) {
    Ticket ticket = queue_.enqueue({"tiny"});
    ticket.start();
    ticket.token(5);
    ticket.finish(outcome);
  }
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"cancelled_running\"}"), 5);
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"error\"}"), 0);
  const double wasted = tokens("wasted_seconds_total{model=\"tiny\",reason=\"cancelled_running\"}");
  EXPECT_GT(wasted, 0);
  EXPECT_LT(wasted, busy("prefill") + busy("decode"));
  EXPECT_EQ(tokens("wasted_seconds_total{model=\"tiny\",reason=\"error\"}"), 0);
}

TEST_F(QueueTest, CountsTheWorkOfARequestThatWaitsAgainAsWasted) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  ticket.token(5);
  ticket.requeue();
  ticket.finish(Outcome::timeout);
  EXPECT_EQ(finished("timeout_queued"), 1);
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"timeout_queued\"}"), 5);
  EXPECT_GT(tokens("wasted_seconds_total{model=\"tiny\",reason=\"timeout_queued\"}"), 0);
}

TEST_F(QueueTest, CountsBusyTimeAsItPasses) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  EXPECT_EQ(busy("prefill"), 0);
  ticket.token();
  const double prefill = busy("prefill");
  EXPECT_GT(prefill, 0);
  EXPECT_EQ(busy("decode"), 0);
  ticket.token();
  EXPECT_GT(busy("decode"), 0);
  EXPECT_EQ(busy("prefill"), prefill);
}

TEST_F(QueueTest, SplitsPrefillFromDecodeWhereTheServerTells) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.prefilled();  // not yet running
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 0);
  ticket.start();
  ticket.prefilled();
  ticket.prefilled();
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 1);
  const double prefill = busy("prefill");
  EXPECT_GT(prefill, 0);
  ticket.token();
  EXPECT_GT(busy("decode"), 0);
  EXPECT_EQ(busy("prefill"), prefill);
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 0);
  ticket.finish(Outcome::completed);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_DOUBLE_EQ(tokens("prefill_seconds_sum{model=\"tiny\"}"), busy("prefill"));
  EXPECT_NEAR(tokens("decode_seconds_sum{model=\"tiny\"}"), busy("decode"), 1e-8);
}

TEST_F(QueueTest, TakesTheFirstTokenForTheEndOfPrefillOtherwise) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  ticket.token();
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 1);
  ticket.finish(Outcome::completed);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 1);
}

TEST_F(QueueTest, TimesCompletedRequestsOnly) {
  for (const Outcome outcome : {Outcome::cancelled, Outcome::timeout, Outcome::error}) {
    Ticket ticket = queue_.enqueue({"tiny"});
    ticket.start();
    ticket.token(2);
    ticket.token(2);
    ticket.finish(outcome);
  }
  EXPECT_EQ(tokens("duration_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(tokens("time_per_output_token_seconds_count{model=\"tiny\"}"), 0);
  queue_.enqueue({"tiny"}).finish(Outcome::completed);
  EXPECT_EQ(tokens("duration_seconds_count{model=\"tiny\"}"), 1);
}

TEST_F(QueueTest, GivesTheMeanTimePerTokenOfARequestOnce) {
  for (int i = 0; i < 2; ++i) {
    Ticket ticket = queue_.enqueue({"tiny"});
    ticket.start();
    ticket.token(10);  // together: no time lies between them
    if (i == 1) ticket.token(5);
    ticket.finish(Outcome::completed);
  }
  EXPECT_EQ(tokens("time_per_output_token_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_NEAR(tokens("time_per_output_token_seconds_sum{model=\"tiny\"}"),
              tokens("inter_token_seconds_sum{model=\"tiny\"}") / 5, 1e-12);
}

TEST_F(QueueTest, FollowsARequestThatWasSentBackToWait) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.requeue();  // it waits already
  EXPECT_EQ(at("requeued_total"), 0);
  ticket.start();
  ticket.token();
  ticket.requeue();
  ticket.requeue();
  EXPECT_EQ(at("requeued_total"), 1);
  EXPECT_EQ(at("length"), 1);
  EXPECT_EQ(at("active_requests"), 0);
  EXPECT_EQ(at("imbalance"), 0);
  ticket.start();
  EXPECT_EQ(at("active_requests"), 1);
  ticket.token();
  ticket.finish(Outcome::completed);
  expect_balance("completed");
  EXPECT_EQ(at("wait_seconds_count"), 2);
  EXPECT_EQ(at("processing_seconds_count"), 1);
  EXPECT_EQ(tokens("time_to_first_token_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_EQ(tokens("inter_token_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_DOUBLE_EQ(at("processing_seconds_sum"), busy("prefill") + busy("decode"));
}

TEST_F(QueueTest, CountsARequeuedTicketDestroyedAsCancelledWhileQueued) {
  {
    Ticket ticket = queue_.enqueue();
    ticket.start();
    ticket.requeue();
  }
  expect_balance("cancelled_queued");
}

TEST_F(QueueTest, SharesATicketWithACallableThatIsCopied) {
  std::function<void()> job;
  {
    std::shared_ptr<Ticket> ticket = queue_.enqueue().share();
    job = [ticket] { ticket->run([] {}); };
  }
  const std::function<void()> copy = job;
  job = nullptr;
  EXPECT_EQ(at("length"), 1);
  copy();
  expect_balance("completed");
}

TEST_F(QueueTest, LosesASharedTicketWithItsLastCopy) {
  std::shared_ptr<Ticket> ticket = queue_.enqueue().share();
  std::shared_ptr<Ticket> copy = ticket;
  ticket = nullptr;
  EXPECT_EQ(at("length"), 1);
  copy = nullptr;
  expect_balance("cancelled_queued");
}

TEST_F(QueueTest, RidesInAPriorityQueue) {
  struct Job {
    int priority;
    std::shared_ptr<Ticket> ticket;
    bool operator<(const Job& other) const { return priority < other.priority; }
  };
  std::priority_queue<Job> jobs;
  for (const int priority : {1, 3, 2}) jobs.push({priority, queue_.enqueue().share()});
  EXPECT_EQ(at("length"), 3);
  for (; !jobs.empty(); jobs.pop()) jobs.top().ticket->run([] {});
  EXPECT_EQ(finished("completed"), 3);
}

TEST_F(QueueTest, ShowsWhatRunsByAge) {
  Ticket ticket = queue_.enqueue();
  ticket.start();
  EXPECT_EQ(at("active_requests_by_age", ",age=\"0-10s\""), 1);
  EXPECT_EQ(at("active_requests_by_age", ",age=\"1h+\""), 0);
  EXPECT_GT(at("oldest_active_seconds"), 0);
  ticket.finish(Outcome::completed);
  EXPECT_EQ(at("active_requests_by_age", ",age=\"0-10s\""), 0);
  EXPECT_EQ(at("oldest_active_seconds"), 0);
}

TEST_F(QueueTest, EstimatesTheTimeToDrainFromWhatWasProcessed) {
  EXPECT_EQ(at("drain_seconds"), 0);
  queue_.enqueue().run([] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); });
  const double mean = at("processing_seconds_sum");
  const Ticket first = queue_.enqueue();
  const Ticket second = queue_.enqueue();
  EXPECT_DOUBLE_EQ(at("drain_seconds"), 2 * mean / 2);
  queue_.set_slots(4);
  EXPECT_DOUBLE_EQ(at("drain_seconds"), 2 * mean / 4);
}

TEST_F(QueueTest, ShowsTheCapacityAndSlotsThatAreSet) {
  queue_.set_capacity(10);
  queue_.set_slots(5);
  EXPECT_EQ(at("capacity"), 10);
  EXPECT_EQ(at("slots"), 5);
}

TEST_F(QueueTest, CountsTokensBeforeTheStart) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.token();
  ticket.token();
  ticket.finish(Outcome::completed);
  EXPECT_EQ(tokens("tokens_total{model=\"tiny\",kind=\"completion\"}"), 2);
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(busy("prefill") + busy("decode"), 0);
}

TEST_F(QueueTest, ShowsTheKeyValueCacheOnceTheServerTells) {
  EXPECT_EQ(tokens("kv_cache_usage_ratio{model=\"tiny\"}"), -1);
  monitor_.kv_cache_usage("tiny").set(0.25);
  EXPECT_EQ(tokens("kv_cache_usage_ratio{model=\"tiny\"}"), 0.25);
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

}  // namespace
}  // namespace seadragon::monitoring
