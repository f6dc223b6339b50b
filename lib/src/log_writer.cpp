#include "lib/src/log_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <ctime>

#include "lib/src/catalog.h"
#include "lib/src/signals_blocked.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t longest_method = 16;
constexpr std::size_t longest_path = 256;
constexpr std::size_t longest_route = 256;
constexpr std::size_t longest_agent = 128;
constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_message = 4096;
constexpr std::chrono::milliseconds gathering_time{20};

/// The members that both lines of a request have.
void put_request(LogLine& line, const LoggedRequest& request) {
  line.put(R"(,"method":)").put_json(request.method, longest_method);
  line.put(R"(,"path":)").put_json(request.path, longest_path);
  line.put(R"(,"request_id":)").put_json(request.request_id, longest_id);
  line.put(R"(,"client":)").put_json(request.client, longest_id);
  if (!request.user_agent.empty()) {
    line.put(R"(,"user_agent":)").put_json(request.user_agent, longest_agent);
  }
}

}  // namespace

LogWriter::LogWriter(Families& families, const LogOptions& options)
    : options_(options),
      queue_(options.waiting_bytes),
      sinks_(options),
      stamp_(options.format),
      has_readers_(sinks_.exist()) {
  ::sem_init(&woken_, 0, 0);
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i] = families.counter(metric("seadragon_log_messages_total"),
                                    {level_name(static_cast<LogLevel>(i))});
  }
  families.read(metric("seadragon_log_dropped_total"), {}, [this] {
    return static_cast<double>(overrun_.load(std::memory_order_relaxed) +
                               unwritten_.load(std::memory_order_relaxed));
  });
  if (!has_readers_) return;
  open();
  const SignalsBlocked for_the_new_thread;
  writer_ = std::thread([this] { run(); });
}

LogWriter::~LogWriter() {
  stop_.store(true);
  if (writer_.joinable()) {
    ::sem_post(&woken_);
    writer_.join();
  }
  ::sem_destroy(&woken_);
}

void LogWriter::request_started(const LoggedRequest& request) noexcept {
  LogLine line;
  if (options_.format == LogFormat::json) {
    line.put(R"("event":"request_started")");
    put_request(line, request);
  } else {
    line.put("Request started: ").put_field(request.method, longest_method);
    line.put(" ").put_field(request.path, longest_path);
    line.put(" (ID: ").put_field(request.request_id, longest_id).put(")");
  }
  put(LogLevel::info, request.time, line);
}

void LogWriter::request_completed(const LoggedRequest& request) noexcept {
  LogLine line;
  const auto status = static_cast<std::uint64_t>(std::max(request.status, 0));
  if (options_.format == LogFormat::json) {
    line.put(R"("event":"request_completed")");
    put_request(line, request);
    line.put(R"(,"route":)").put_json(request.route, longest_route).put(R"(,"status":)");
    status == 0 ? line.put("null") : line.put(status);
    line.put(R"(,"outcome":)").put_json(request.outcome, longest_id);
    line.put(R"(,"duration_seconds":)").put_seconds(request.seconds, 6);
    line.put(R"(,"time_to_first_byte_seconds":)").put_seconds(request.first_byte_seconds, 6);
    line.put(R"(,"request_bytes":)").put(request.request_bytes);
    line.put(R"(,"response_bytes":)").put(request.response_bytes);
    if (!request.user.empty()) line.put(R"(,"user":)").put_json(request.user, longest_id);
    if (!request.api_key.empty()) line.put(R"(,"api_key":)").put_json(request.api_key, longest_id);
  } else {
    line.put("Request completed: ").put_field(request.method, longest_method);
    line.put(" ").put_field(request.path, longest_path).put(" - Status: ");
    status == 0 ? line.put("unknown") : line.put(status);
    line.put(" - Time: ").put_seconds(request.seconds, 4);
    line.put("s (ID: ").put_field(request.request_id, longest_id).put(")");
  }
  put(LogLevel::info, request.time, line);
}

void LogWriter::write(LogLevel level, std::string_view message) noexcept {
  if (!counts(level)) return;
  LogLine line;
  if (options_.format == LogFormat::json) {
    line.put(R"("event":"message","message":)").put_json(message, longest_message / 4);
  } else {
    line.put_message(message, longest_message);
  }
  put(level, Clock::now(), line);
}

void LogWriter::reopen() noexcept {
  reopen_.store(true);
  wake();
}

void LogWriter::put(LogLevel level, Clock::time_point time, const LogLine& line) noexcept {
  if (!queue_.push({time, level, line})) {
    overrun_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const State state = state_.load(std::memory_order_seq_cst);
  if (state == State::asleep || (state == State::gathering && queue_.is_half_full())) wake();
}

void LogWriter::wake() noexcept {
  if (state_.exchange(State::awake, std::memory_order_seq_cst) != State::awake) {
    ::sem_post(&woken_);
  }
}

void LogWriter::run() noexcept {
  for (;;) {
    const bool ends = stop_.load();
    if (reopen_.exchange(false)) open();
    const bool wrote = write_what_waits();
    if (ends) return;
    if (!wrote) sleep();
    gather();
  }
}

void LogWriter::open() noexcept {
  try {
    const std::string problem = sinks_.open();
    if (problem.empty()) return;
    write(LogLevel::warning, "The log goes to the console only: " + problem);
  } catch (...) {  // out of memory
  }
}

/// False if there was nothing.
bool LogWriter::write_what_waits() noexcept {
  // Lines carry the time of the clock that nobody sets.
  const Clock::time_point now = Clock::now();
  const auto real_now = std::chrono::system_clock::now();
  const std::size_t lines = queue_.take_all([&](const QueuedLine& queued) {
    const auto age = std::chrono::duration_cast<LogStamp::Time::duration>(now - queued.time);
    try {
      line_.clear();
      stamp_.append_begin(line_, real_now - age, queued.level);
      line_ += queued.text;
      stamp_.append_end(line_);
      sinks_.write(line_);
    } catch (...) {  // out of memory
      overrun_.fetch_add(1, std::memory_order_relaxed);
    }
  });
  if (lines == 0) return false;
  sinks_.flush();
  unwritten_.store(sinks_.lost(), std::memory_order_relaxed);
  return true;
}

/// Until the next line, or until something else is to be done.
void LogWriter::sleep() noexcept {
  state_.store(State::asleep, std::memory_order_seq_cst);
  if (queue_.is_empty() && !reopen_.load() && !stop_.load()) {
    while (::sem_wait(&woken_) != 0 && errno == EINTR) {
    }
  }
  state_.store(State::awake, std::memory_order_seq_cst);
}

void LogWriter::gather() noexcept {
  state_.store(State::gathering, std::memory_order_seq_cst);
  if (!queue_.is_half_full() && !reopen_.load() && !stop_.load()) {
    constexpr long second = 1'000'000'000;
    timespec until{};
    ::clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += std::chrono::nanoseconds(gathering_time).count();
    until.tv_sec += until.tv_nsec / second;
    until.tv_nsec %= second;
    while (::sem_clockwait(&woken_, CLOCK_MONOTONIC, &until) != 0 && errno == EINTR) {
    }
  }
  state_.store(State::awake, std::memory_order_seq_cst);
}

}  // namespace seadragon::monitoring::detail
