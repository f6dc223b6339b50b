/// A server that does everything a server can do to a queue, and a model of what is to be counted.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "seadragon/monitoring/queue.h"
#include "seadragon/monitoring/usage.h"

namespace seadragon::tests {

using monitoring::Outcome;
using monitoring::Queue;
using monitoring::Ticket;
using monitoring::Usage;

/// Series of the page, by their names.
using Counts = std::map<std::string, std::uint64_t>;

inline std::string queue_series(const std::string& metric, const std::string& labels = "") {
  return "seadragon_queue_" + metric + "{queue=\"chat\"" + labels + "}";
}

/// A ticket, and what the model knows of its request.
struct Job {
  Ticket ticket;
  std::string model;
  bool running = false, started = false, prefilled = false;
  std::uint64_t tokens = 0, token_calls = 0;
};

/// Jobs on their way from thread to thread, as between a server's threads.
class Jobs {
 public:
  void put(Job job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }

  std::optional<Job> take(std::size_t random) {
    const std::lock_guard lock(mutex_);
    if (jobs_.empty()) return std::nullopt;
    std::swap(jobs_[random % jobs_.size()], jobs_.back());
    Job job = std::move(jobs_.back());
    jobs_.pop_back();
    return job;
  }

 private:
  std::mutex mutex_;
  std::deque<Job> jobs_;
};

/// One thread of a server that does everything a server can do, and counts it.
class ModelServer {
 public:
  ModelServer(Queue queue, Usage usage, Jobs& jobs, unsigned seed)
      : queue_(queue), usage_(usage), jobs_(jobs), random_(seed) {}

  void one_event() {
    if (random_() % 8 == 0) return arrive();
    std::optional<Job> job = jobs_.take(random_());
    if (!job) return arrive();
    if (random_() % 16 == 0) job->ticket = Ticket(std::move(job->ticket));
    happen(*job);
    if (job->ticket) jobs_.put(std::move(*job));
  }

  const Counts& counts() const { return counts_; }

 private:
  static constexpr std::array<const char*, 3> models = {"tiny", "large", "unknown"};

  void arrive() {
    ++counts_[queue_series("received_total")];
    if (random_() % 4 == 0) {
      queue_.reject();
      ++counts_[queue_series("finished_total", ",outcome=\"rejected_full\"")];
      return;
    }
    Job job;
    job.model = models[random_() % models.size()];
    job.ticket = queue_.enqueue({job.model == "unknown" ? "" : job.model, usage_});
    jobs_.put(std::move(job));
  }

  void happen(Job& job) {
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2:
        return start(job);
      case 3:
        return requeue(job);
      case 4:
        return read_prompt(job);
      case 5:
        return end_prefill(job);
      case 6:
      case 7:
      case 8:
        return produce(job);
      case 9:
        return finish(job);
      case 10:
        return drop(job);
      default:
        return run(job);
    }
  }

  void start(Job& job) {
    job.ticket.start();
    if (job.running) return;
    ++counts_[queue_series("wait_seconds_count")];
    job.running = job.started = true;
  }

  void requeue(Job& job) {
    job.ticket.requeue();
    if (!job.running) return;
    ++counts_[queue_series("requeued_total")];
    job.running = false;
  }

  void read_prompt(Job& job) {
    const std::uint64_t tokens = random_() % 100;
    job.ticket.prompt_tokens(tokens);
    counts_[of_model(job, "tokens_total", ",kind=\"prompt\"")] += tokens;
    counts_[of_user("prompt")] += tokens;
  }

  void end_prefill(Job& job) {
    job.ticket.prefilled();
    if (job.running) prefill_ends(job);
  }

  void prefill_ends(Job& job) {
    if (!job.prefilled && job.started) ++counts_[of_model(job, "prefill_seconds_count")];
    job.prefilled = true;
  }

  void produce(Job& job) {
    const std::uint64_t tokens = random_() % 5;
    job.ticket.token(tokens);
    if (tokens == 0) return;
    if (job.tokens == 0) {
      prefill_ends(job);
      ++counts_[of_model(job, "time_to_first_token_seconds_count")];
    } else {
      counts_[of_model(job, "inter_token_seconds_count")] += tokens;
    }
    job.tokens += tokens;
    ++job.token_calls;
    counts_[of_model(job, "tokens_total", ",kind=\"completion\"")] += tokens;
    counts_[of_user("completion")] += tokens;
  }

  void finish(Job& job) {
    const auto outcome = static_cast<Outcome>(random_() % 4);
    job.ticket.finish(outcome);
    const std::string state = job.running ? "_running" : "_queued";
    switch (outcome) {
      case Outcome::completed:
        return ended(job, "completed");
      case Outcome::cancelled:
        return ended(job, "cancelled" + state);
      case Outcome::timeout:
        return ended(job, "timeout" + state);
      case Outcome::error:
        return ended(job, "error");
    }
  }

  void drop(Job& job) {
    if (random_() % 2 == 0) {
      job.ticket = Ticket();
      return ended(job, job.running ? "abandoned" : "cancelled_queued");
    }
    // While an exception passes that was thrown after the start, if it started.
    const bool began_here = !job.running;
    try {
      const Ticket ticket = [&] {
        if (began_here) start(job);
        return std::move(job.ticket);
      }();
      throw std::runtime_error("the model failed");
    } catch (const std::runtime_error&) {
    }
    ended(job, "error");
  }

  void run(Job& job) {
    if (random_() % 2 == 0) {
      job.ticket.run([] {});
    } else {
      EXPECT_THROW(job.ticket.run([] { throw std::runtime_error("the model failed"); }),
                   std::runtime_error);
      return after_run(job, "error");
    }
    after_run(job, "completed");
  }

  void after_run(Job& job, const std::string& outcome) {
    if (!job.running) ++counts_[queue_series("wait_seconds_count")];
    job.running = job.started = true;
    ended(job, outcome);
  }

  void ended(Job& job, const std::string& outcome) {
    EXPECT_FALSE(job.ticket);
    ++counts_[queue_series("finished_total", ",outcome=\"" + outcome + "\"")];
    if (job.started) ++counts_[queue_series("processing_seconds_count")];
    if (outcome != "completed") {
      if (job.tokens > 0) {
        counts_[of_model(job, "wasted_tokens_total", ",reason=\"" + outcome + "\"")] += job.tokens;
      }
      return;
    }
    ++counts_[of_model(job, "duration_seconds_count")];
    if (job.started && job.prefilled) ++counts_[of_model(job, "decode_seconds_count")];
    if (job.token_calls > 1) ++counts_[of_model(job, "time_per_output_token_seconds_count")];
  }

  static std::string of_model(const Job& job, const std::string& metric,
                              const std::string& labels = "") {
    return "seadragon_generation_" + metric + "{model=\"" + job.model + "\"" + labels + "}";
  }
  static std::string of_user(const std::string& kind) {
    return "seadragon_usage_tokens_total{user=\"7\",api_key=\"none\",kind=\"" + kind + "\"}";
  }

  Queue queue_;
  Usage usage_;
  Jobs& jobs_;
  std::minstd_rand random_;
  Counts counts_;
};

}  // namespace seadragon::tests
