#include "examples/llm_server/job_queue.h"

#include <future>
#include <stdexcept>

#include <gtest/gtest.h>
#include <seadragon/monitoring/monitor.h>

#include "tests/examples/metrics_page.h"

namespace llm_server {
namespace {

using namespace std::chrono_literals;
using seadragon::monitoring::Monitor;
using tests::value_of;

/// Work that begins when a test allows it, and ends when its client leaves or a test allows that.
class JobQueueTest : public testing::Test {
 protected:
  JobQueue make_queue(std::size_t capacity, std::size_t slots, JobQueue::Work work) {
    return {{capacity, slots, monitor_.queue({"chat", capacity, slots})}, std::move(work)};
  }

  static Job job(Clock::duration limit = 1h) {
    Job job;
    job.request.model = "m";
    job.deadline = Clock::now() + limit;
    return job;
  }

  static Ending ending_of(Reply& reply) {
    while (true) {
      if (const auto event = reply.next(Clock::now() + 1h);
          std::holds_alternative<Ending>(*event)) {
        return std::get<Ending>(*event);
      }
    }
  }

  double finished(const std::string& outcome) const {
    return value_of(monitor_.metrics(),
                    "seadragon_queue_finished_total{queue=\"chat\",outcome=\"" + outcome + "\"}");
  }

  double queue_value(const std::string& name) const {
    return value_of(monitor_.metrics(), "seadragon_queue_" + name + "{queue=\"chat\"}");
  }

  Monitor monitor_{{{.console = false, .file = ""}}};
};

/// A worker that tells when it has begun and goes on until its client leaves.
class UntilTheClientLeaves {
 public:
  void operator()(Job& job) {
    begun_.set_value();
    ASSERT_TRUE(job.reply->is_abandoned_by(Clock::now() + 1h));
    job.end(Ending::cancelled);
  }
  void wait_until_begun() {
    begun_.get_future().wait();
    begun_ = {};
  }

 private:
  std::promise<void> begun_;
};

TEST_F(JobQueueTest, WorksOffWhatIsSubmitted) {
  JobQueue queue = make_queue(4, 2, [](Job& job) { job.end(Ending::stop); });
  for (int i = 0; i < 20; ++i) {
    const auto reply = queue.submit(job());
    ASSERT_NE(reply, nullptr);
    EXPECT_EQ(ending_of(*reply), Ending::stop);
  }
  EXPECT_EQ(finished("completed"), 20);
}

TEST_F(JobQueueTest, RefusesWhatFindsNoPlace) {
  UntilTheClientLeaves worker;
  JobQueue queue = make_queue(2, 1, std::ref(worker));
  const auto running = queue.submit(job());
  worker.wait_until_begun();
  const auto first = queue.submit(job());
  const auto second = queue.submit(job());
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(queue.submit(job()), nullptr);
  EXPECT_EQ(finished("rejected_full"), 1);
  EXPECT_EQ(queue_value("length"), 2);
  EXPECT_EQ(queue_value("active_requests"), 1);
  queue.cancel(*first);
  queue.cancel(*second);
  queue.cancel(*running);
}

TEST_F(JobQueueTest, DropsAWaitingJobWhoseClientLeft) {
  UntilTheClientLeaves worker;
  JobQueue queue = make_queue(2, 1, std::ref(worker));
  const auto running = queue.submit(job());
  worker.wait_until_begun();
  const auto waiting = queue.submit(job());
  queue.cancel(*waiting);
  EXPECT_EQ(ending_of(*waiting), Ending::cancelled);
  EXPECT_EQ(finished("cancelled_queued"), 1);
  EXPECT_EQ(queue_value("length"), 0);
  queue.cancel(*running);
}

TEST_F(JobQueueTest, TellsTheWorkerThatTheClientLeft) {
  UntilTheClientLeaves worker;
  JobQueue queue = make_queue(2, 1, std::ref(worker));
  const auto running = queue.submit(job());
  worker.wait_until_begun();
  queue.cancel(*running);
  EXPECT_EQ(ending_of(*running), Ending::cancelled);
  EXPECT_EQ(finished("cancelled_running"), 1);

  const auto next = queue.submit(job());
  worker.wait_until_begun();  // its slot is free again
  queue.cancel(*next);
}

TEST_F(JobQueueTest, DropsWaitingJobsWhoseTimeIsOver) {
  UntilTheClientLeaves worker;
  JobQueue queue = make_queue(3, 1, std::ref(worker));
  const auto running = queue.submit(job());
  worker.wait_until_begun();
  const auto overdue = queue.submit(job(-1ms));
  const auto in_time = queue.submit(job());
  queue.drop_overdue();
  EXPECT_EQ(ending_of(*overdue), Ending::timeout);
  EXPECT_EQ(finished("timeout_queued"), 1);
  EXPECT_EQ(queue_value("length"), 1);
  queue.cancel(*in_time);
  queue.cancel(*running);
}

TEST_F(JobQueueTest, LetsRunningJobsEndWhenItCloses) {
  std::promise<void> begun, may_end;
  JobQueue queue = make_queue(3, 1, [&](Job& job) {
    begun.set_value();
    may_end.get_future().wait();
    job.end(Ending::length);
  });
  const auto running = queue.submit(job());
  begun.get_future().wait();
  const auto waiting = queue.submit(job());
  queue.close();
  EXPECT_EQ(ending_of(*waiting), Ending::shutdown);
  EXPECT_EQ(ending_of(*queue.submit(job())), Ending::shutdown);
  may_end.set_value();
  EXPECT_EQ(ending_of(*running), Ending::length);
  EXPECT_EQ(finished("completed"), 1);
  EXPECT_EQ(queue_value("imbalance"), 0);
}

TEST_F(JobQueueTest, EndsAJobAsFailedWhenItsWorkThrows) {
  JobQueue queue = make_queue(1, 1, [](Job&) { throw std::runtime_error("out of tokens"); });
  const auto reply = queue.submit(job());
  EXPECT_EQ(ending_of(*reply), Ending::failed);
  EXPECT_EQ(finished("error"), 1);
}

}  // namespace
}  // namespace llm_server
