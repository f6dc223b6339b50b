#include "seadragon/monitoring/queue.h"

#include <chrono>
#include <functional>
#include <memory>
#include <queue>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/lib/queue_fixture.h"

namespace seadragon::tests {
namespace {

using monitoring::Labels;

using QueueTest = QueueFixture;

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

TEST_F(QueueTest, RunLeavesARequestThatWasSentBackToWait) {
  Ticket ticket = queue_.enqueue();
  ticket.run([&] { ticket.requeue(); });
  EXPECT_EQ(at("length"), 1);
  EXPECT_EQ(finished("completed"), 0);
  EXPECT_THROW(ticket.run([&] {
    ticket.requeue();
    throw std::runtime_error("the model failed");
  }),
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

}  // namespace
}  // namespace seadragon::tests
