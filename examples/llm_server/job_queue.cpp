#include "examples/llm_server/job_queue.h"

#include <algorithm>
#include <utility>

namespace llm_server {

void Job::end(Ending ending) {
  // Counted first: a client that has its answer finds it in the metrics.  // monitoring
  using seadragon::monitoring::Outcome;                                      // monitoring
  if (ending == Ending::timeout) ticket.finish(Outcome::timeout);            // monitoring
  if (ending == Ending::failed) ticket.finish(Outcome::error);               // monitoring
  const bool complete = ending == Ending::stop || ending == Ending::length;  // monitoring
  ticket.finish(complete ? Outcome::completed : Outcome::cancelled);         // monitoring
  reply->end(ending);
}

JobQueue::JobQueue(Options options, Work work)
    : options_(std::move(options)), work_(std::move(work)) {
  for (std::size_t i = 0; i < options_.slots; ++i) {
    workers_.emplace_back([this] { work_off(); });
  }
}

JobQueue::~JobQueue() {
  close();
  for (std::thread& worker : workers_) worker.join();
}

std::shared_ptr<Reply> JobQueue::submit(Job job) {
  auto reply = job.reply;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) {
      reply->end(Ending::shutdown);
      return reply;
    }
    if (waiting_.size() >= options_.capacity) {
      options_.ledger.reject();  // monitoring
      return nullptr;
    }
    job.ticket = options_.ledger.enqueue({job.request.model, job.usage});  // monitoring
    waiting_.push_back(std::move(job));
  }
  ready_.notify_one();
  return reply;
}

void JobQueue::cancel(Reply& reply) {
  const std::lock_guard lock(mutex_);
  const auto job = std::find_if(waiting_.begin(), waiting_.end(),
                                [&](const Job& waiting) { return waiting.reply.get() == &reply; });
  if (job == waiting_.end()) {
    reply.abandon();
  } else {
    job->end(Ending::cancelled);
    waiting_.erase(job);
  }
}

void JobQueue::drop_overdue() {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  // All jobs have the same time limit, so the oldest is due first.
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    waiting_.front().end(Ending::timeout);
    waiting_.pop_front();
  }
}

void JobQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (Job& job : waiting_) job.end(Ending::shutdown);
    waiting_.clear();
  }
  ready_.notify_all();
}

void JobQueue::work_off() {
  for (;;) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    job.ticket.start();  // monitoring
    lock.unlock();
    try {
      work_(job);
    } catch (...) {
      job.end(Ending::failed);
    }
  }
}

}  // namespace llm_server
