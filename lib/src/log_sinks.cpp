#include "lib/src/log_sinks.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <exception>
#include <utility>

#include <poll.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <unistd.h>

namespace seadragon::monitoring::detail {
namespace {

/// Waits until a pipe or terminal takes PIPE_BUF bytes, so that a write of no more does not block.
bool is_writable(std::chrono::steady_clock::time_point until) noexcept {
  using std::chrono::steady_clock;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now()).count();
    pollfd console{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&console, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return true;  // an error, too, is for write() to tell
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace

std::size_t Console::write(std::string_view lines) noexcept {
  if (lines.empty()) return 0;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(is_stuck_ ? 0 : 1);
  bool ends_torn_line = is_torn_;
  while (!lines.empty() || ends_torn_line) {
    const std::string_view piece = ends_torn_line ? "\n" : lines.substr(0, PIPE_BUF);
    is_stuck_ = !is_writable(until);
    if (is_stuck_) break;
    const ssize_t written = ::write(STDERR_FILENO, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    is_torn_ = piece[static_cast<std::size_t>(written) - 1] != '\n';
    if (!std::exchange(ends_torn_line, false))
      lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return static_cast<std::size_t>(std::ranges::count(lines, '\n'));
}

struct LogSinks::File {
  explicit File(const LogOptions& options)
      : sink(options.file, options.file_bytes, std::max<std::size_t>(options.files, 1) - 1) {
    // Lines come whole, with time and end.
    sink.set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%v", spdlog::pattern_time_type::local, std::string()));
  }

  void write(std::string_view line) {
    sink.log({spdlog::log_clock::time_point(),
              spdlog::source_loc(),
              {},
              spdlog::level::info,
              {line.data(), line.size()}});
  }

  spdlog::sinks::rotating_file_sink_st sink;
};

LogSinks::LogSinks(const LogOptions& options) : options_(options), console_(options.console) {}

LogSinks::~LogSinks() { flush(); }

std::string LogSinks::open() {
  flush();
  file_.reset();
  if (options_.file.empty()) return {};
  try {
    file_ = std::make_unique<File>(options_);
    console_ = options_.console;
    return {};
  } catch (const std::exception& error) {
    console_ = true;
    return error.what();
  }
}

bool LogSinks::exist() const noexcept { return console_ || !options_.file.empty(); }

void LogSinks::write(std::string_view line) noexcept {
  try {
    if (console_) for_console_ += line;
    if (file_ != nullptr) {
      ++written_;
      file_->write(line);
    }
  } catch (const std::exception& error) {
    lose(error.what());
  }
}

void LogSinks::flush() noexcept {
  const std::size_t lost = to_console_.write(for_console_);
  if (file_ == nullptr) lost_ += lost;
  for_console_.clear();
  if (written_ == 0) return;
  try {
    file_->sink.flush();
    written_ = 0;
    failing_ = false;
  } catch (const std::exception& error) {
    lose(error.what());
  }
}

/// What stdio kept of the lines goes with the file that is opened anew: it must not follow later,
/// after it was counted as lost.
void LogSinks::lose(const char* why) noexcept {
  lost_ += std::exchange(written_, 0);
  try {
    if (!failing_) {
      to_console_.write(std::string("The log cannot be written: ") + why + "\n");
    }
    failing_ = true;
    file_ = std::make_unique<File>(options_);
  } catch (...) {
    // Gone meanwhile, or out of memory: until it is opened again the console has to do.
    file_.reset();
    console_ = true;
  }
}

}  // namespace seadragon::monitoring::detail
