/// A reply on its way from the worker that generates it to the HTTP thread that sends it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

namespace llm_server {

using Clock = std::chrono::steady_clock;

/// Why a reply ended: the model stopped; max_tokens; the time limit; the client left; the server is
/// shutting down; the generation failed.
enum class Ending { stop, length, timeout, cancelled, shutdown, failed };

/// One writer and one reader, each on a thread of its own.
class Reply {
 public:
  /// The text of a token, or the ending, which comes last.
  using Event = std::variant<std::string, Ending>;

  // For the writer.
  void add(std::string token);
  void end(Ending ending);
  /// Sleeps until `time`; true at once when the reader has left.
  bool is_abandoned_by(Clock::time_point time);

  // For the reader.
  /// The next event; none when nothing came until `time`.
  std::optional<Event> next(Clock::time_point time);
  /// Nobody will read any more.
  void abandon();

 private:
  std::mutex mutex_;
  std::condition_variable written_, left_;
  std::deque<Event> events_;
  bool abandoned_ = false;
};

}  // namespace llm_server
