/// Writes the log.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include <semaphore.h>

#include "lib/src/families.h"
#include "lib/src/log_line.h"
#include "lib/src/log_queue.h"
#include "lib/src/log_sinks.h"
#include "lib/src/log_stamp.h"
#include "seadragon/monitoring/log.h"

namespace seadragon::monitoring::detail {

/// What a line says of a request. Texts may be anybody's.
struct LoggedRequest {
  using Clock = std::chrono::steady_clock;

  Clock::time_point time;  ///< When it started or ended.
  std::string_view method, path, request_id, client, user_agent;

  // Of a request that ended:
  std::string_view route = {}, outcome = {}, user = {}, api_key = {};
  int status = 0;  ///< 0: none is known.
  double seconds = 0, first_byte_seconds = 0;
  std::uint64_t request_bytes = 0, response_bytes = 0;
};

/// Any thread may write: a line is put together, copied into a bounded queue and forgotten. Nothing
/// throws after construction.
///
/// The writer's thread is woken for the first line after a pause and then lets lines gather for a
/// moment: waking it costs more than a request's two lines.
class LogWriter {
 public:
  LogWriter(Families& families, const LogOptions& options);

  /// Writes what is still waiting.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// Counts a line. False if it is not to be put together: nobody would read it.
  bool counts(LogLevel level) noexcept {
    messages_[static_cast<std::size_t>(level)].increment();
    return has_readers_ && level >= options_.level;
  }

  /// A line shows who asked.
  bool shows_all() const noexcept { return options_.format == LogFormat::json; }

  // After counts(LogLevel::info).
  void request_started(const LoggedRequest& request) noexcept;
  void request_completed(const LoggedRequest& request) noexcept;

  /// Any text; what could end the line or steer a terminal is escaped. 4096 bytes are kept, 1024 in
  /// JSON, where each may take six; a line ends after 8192.
  void write(LogLevel level, std::string_view message) noexcept;

  /// Opens the file anew, soon.
  void reopen() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  enum class State {
    awake,      ///< Will look at the queue before it sleeps.
    gathering,  ///< Lets lines gather for a moment.
    asleep,     ///< Until it is woken.
  };

  void put(LogLevel level, Clock::time_point time, const LogLine& line) noexcept;
  void wake() noexcept;

  void run() noexcept;
  void open() noexcept;
  bool write_what_waits() noexcept;
  void sleep() noexcept;
  void gather() noexcept;

  const LogOptions options_;
  std::array<Counter, 4> messages_;  // by LogLevel
  LogQueue queue_;
  std::atomic<std::uint64_t> overrun_{0};  // lines that found no place
  std::atomic<std::uint64_t> unwritten_{0};
  std::atomic<State> state_{State::awake};
  std::atomic<bool> reopen_{false}, stop_{false};
  sem_t woken_;

  // Of the writer's thread alone:
  LogSinks sinks_;
  LogStamp stamp_;
  std::string line_;

  const bool has_readers_;
  std::thread writer_;
};

}  // namespace seadragon::monitoring::detail
