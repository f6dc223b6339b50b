#include "lib/src/log_writer.h"

#include <chrono>
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

/// What a stranger sent, fit for a line of the log: no byte that ends the line or steers a
/// terminal, and no more than `longest` bytes.
std::string clean(std::string_view text, std::size_t longest) {
  std::string out = valid_utf8(text.substr(0, longest));
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = '?';
  }
  return out;
}

}  // namespace

struct LogWriter::Sinks {
  explicit Sinks(const LogOptions& options)
      : writer(std::make_shared<spdlog::details::thread_pool>(options.waiting_lines, 1)) {
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
    flusher.emplace([this] { logger->flush(); }, flush_interval);
    if (!warning.empty()) logger->warn(clean(warning, longest_message));
  }

  std::shared_ptr<spdlog::details::thread_pool> writer;
  std::shared_ptr<spdlog::async_logger> logger;
  std::optional<spdlog::details::periodic_worker> flusher;
};

LogWriter::LogWriter(Families& families, const LogOptions& options)
    : sinks_(std::make_unique<Sinks>(options)) {
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i] = families.counter(metric("seadragon_log_messages_total"), {level_names[i]});
  }
  families.read(metric("seadragon_log_dropped_total"), {},
                [this] { return static_cast<double>(sinks_->writer->overrun_counter()); });
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
    write(LogLevel::info,
          fmt::format("Request completed: {} {} - Status: {} - Time: {:.4f}s (ID: {})",
                      clean(method, longest_method), clean(path, longest_path), status, seconds,
                      request_id));
  } catch (...) {  // as above
  }
}

void LogWriter::write(LogLevel level, std::string_view message) noexcept {
  messages_[static_cast<std::size_t>(level)].increment();
  sinks_->logger->log(to_spdlog(level), message);
}

}  // namespace seadragon::monitoring::detail
