#include "examples/llm_server/reply.h"

#include <utility>

namespace llm_server {

void Reply::add(std::string token) {
  {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(std::move(token));
  }
  written_.notify_one();
}

void Reply::end(Ending ending) {
  {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(ending);
  }
  written_.notify_one();
}

bool Reply::is_abandoned_by(Clock::time_point time) {
  std::unique_lock lock(mutex_);
  return left_.wait_until(lock, time, [&] { return abandoned_; });
}

std::optional<Reply::Event> Reply::next(Clock::time_point time) {
  std::unique_lock lock(mutex_);
  if (!written_.wait_until(lock, time, [&] { return !events_.empty(); })) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void Reply::abandon() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  left_.notify_one();
}

}  // namespace llm_server
