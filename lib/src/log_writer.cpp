#include "lib/src/log_writer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/periodic_worker.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "lib/src/catalog.h"
#include "lib/src/signals_blocked.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t longest_method = 16;
constexpr std::size_t longest_path = 256;
constexpr std::size_t longest_message = 4096;
constexpr std::chrono::seconds flush_interval{1};

constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warning", "error"};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// The level as Python's logging writes it, which log readers of this format know: WARNING.
class LevelName : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    std::string_view name = "INFO";
    if (message.level == spdlog::level::debug) name = "DEBUG";
    if (message.level == spdlog::level::warn) name = "WARNING";
    if (message.level == spdlog::level::err) name = "ERROR";
    out.append(name.data(), name.data() + name.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<LevelName>();
  }
};

/// Bytes at the beginning of `text` that would end the line or steer whoever shows it: a control
/// character (C0, DEL, C1) or one that turns the direction of writing. 0 if there are none.
std::size_t steering_bytes(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) < 0xA0) return 2;  // U+0080 to U+009F
  if (byte(0) != 0xE2) return 0;
  const bool overrides = byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;  // U+2028 to U+202E
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;   // U+2066 to U+2069
  return overrides || isolates ? 3 : 0;
}

/// What a stranger sent, fit for a line of the log: valid, harmless, `longest` bytes at most.
std::string clean(std::string_view text, std::size_t longest) {
  const std::string valid = valid_utf8(text.substr(0, longest));
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    const std::size_t steering = steering_bytes(rest);
    out += steering > 0 ? '?' : rest.front();
    rest.remove_prefix(std::max<std::size_t>(steering, 1));
  }
  return out;
}

}  // namespace

struct LogWriter::Sinks {
  explicit Sinks(const LogOptions& options)
      // Its queue must have a place even for the order to stop.
      : writer(std::make_shared<spdlog::details::thread_pool>(
            std::max<std::size_t>(options.waiting_lines, 1), 1)) {
    std::vector<spdlog::sink_ptr> sinks;
    std::string warning;
    if (options.console) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    if (!options.file.empty()) {
      try {
        sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            options.file, options.file_bytes, options.old_files));
      } catch (const spdlog::spdlog_ex& error) {
        warning = std::string("The log goes to the console only: ") + error.what();
        if (sinks.empty()) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
      }
    }
    logger = std::make_shared<spdlog::async_logger>("seadragon", sinks.begin(), sinks.end(), writer,
                                                    spdlog::async_overflow_policy::overrun_oldest);
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<LevelName>('*').set_pattern("%Y-%m-%d %H:%M:%S,%e - %n - %* - %v");
    logger->set_formatter(std::move(formatter));
    logger->set_error_handler([this](const std::string& error) {
      if (failed++ == 0) std::cerr << "The log cannot be written: " << error << std::endl;
    });
    flusher.emplace([this] { logger->flush(); }, flush_interval);
    if (!warning.empty()) logger->warn(clean(warning, longest_message));
  }

  // Destroyed from the last to the first: nobody flushes any more, the writer's thread ends with
  // the last line, and only then goes what it writes with.
  std::atomic<std::uint64_t> failed{0};  // lines that no sink took
  std::shared_ptr<spdlog::async_logger> logger;
  std::shared_ptr<spdlog::details::thread_pool> writer;
  std::optional<spdlog::details::periodic_worker> flusher;
};

LogWriter::LogWriter(Families& families, const LogOptions& options)
    : sinks_([&] {
        const SignalsBlocked for_the_new_threads;
        return std::make_unique<Sinks>(options);
      }()) {
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i] = families.counter(metric("seadragon_log_messages_total"), {level_names[i]});
  }
  families.read(metric("seadragon_log_dropped_total"), {}, [this] {
    return static_cast<double>(sinks_->writer->overrun_counter() + sinks_->failed.load());
  });
}

LogWriter::~LogWriter() = default;

void LogWriter::request_started(std::string_view method, std::string_view path,
                                std::string_view request_id) noexcept {
  try {
    write(LogLevel::info,
          fmt::format("Request started: {} {} (ID: {})", clean(method, longest_method),
                      clean(path, longest_path), request_id));
  } catch (...) {  // out of memory: the line is lost, the request is not
  }
}

void LogWriter::request_completed(std::string_view method, std::string_view path, int status,
                                  double seconds, std::string_view request_id) noexcept {
  try {
    put(LogLevel::info,
        fmt::format("Request completed: {} {} - Status: {} - Time: {:.4f}s (ID: {})",
                    clean(method, longest_method), clean(path, longest_path), status, seconds,
                    request_id));
  } catch (...) {  // as above
  }
}

void LogWriter::write(LogLevel level, std::string_view message) noexcept {
  try {
    put(level, clean(message, longest_message));
  } catch (...) {  // as above
  }
}

void LogWriter::put(LogLevel level, std::string_view line) noexcept {
  messages_[static_cast<std::size_t>(level)].increment();
  // With neither console nor file the writer's thread need not be woken: that is what a line costs.
  if (!sinks_->logger->sinks().empty()) sinks_->logger->log(to_spdlog(level), line);
}

}  // namespace seadragon::monitoring::detail
