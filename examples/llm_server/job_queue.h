/// The queue between the HTTP threads and the slots in which replies are generated.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <seadragon/monitoring/queue.h>  // monitoring

#include "examples/llm_server/completion_request.h"
#include "examples/llm_server/reply.h"

namespace llm_server {

/// One thread at a time has a job: the queue under its lock, later one worker. The HTTP thread
/// that submitted it has nothing but its reply.
struct Job {
  CompletionRequest request;
  std::vector<std::string> prompt;  ///< The tokens of request.prompt.
  Clock::time_point deadline;
  std::shared_ptr<Reply> reply = std::make_shared<Reply>();
  seadragon::monitoring::Ticket ticket;  // monitoring
  seadragon::monitoring::Usage usage;    // monitoring

  void end(Ending ending);
};

/// First come, first served, by a fixed number of workers. All functions may be called from any
/// thread.
class JobQueue {
 public:
  /// Generates the reply and ends the job. An exception ends it as failed.
  using Work = std::function<void(Job&)>;

  struct Options {
    std::size_t capacity;                 ///< Jobs that may wait.
    std::size_t slots;                    ///< Jobs that are worked on at once.
    seadragon::monitoring::Queue ledger;  // monitoring
  };

  JobQueue(Options options, Work work);
  /// Closes, and waits for the workers.
  ~JobQueue();

  /// The reply to come, or null when the queue is full.
  std::shared_ptr<Reply> submit(Job job);

  /// The client left: a waiting job is dropped, a worker stops at its next token.
  void cancel(Reply& reply);

  /// Drops the waiting jobs whose deadline has passed. Running ones are the worker's to watch.
  void drop_overdue();

  /// Drops what waits and refuses what comes; jobs that run may end.
  void close();

 private:
  void work_off();

  Options options_;
  Work work_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> waiting_;
  bool closed_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace llm_server
