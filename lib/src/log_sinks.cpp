#include "lib/src/log_sinks.h"

#include <algorithm>
#include <cerrno>
#include <exception>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <unistd.h>

namespace seadragon::monitoring::detail {
namespace {

/// All or, where standard error is closed or gone, nothing.
void write_to_standard_error(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

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
  write_to_standard_error(for_console_);
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
      write_to_standard_error(std::string("The log cannot be written: ") + why + "\n");
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
