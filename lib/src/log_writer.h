/// Writes the log; the one place that knows spdlog.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "lib/src/families.h"
#include "seadragon/monitoring/log.h"

namespace seadragon::monitoring::detail {

/// Any thread may write: a line is formatted, put into a bounded queue and forgotten. Nothing
/// throws after construction.
class LogWriter {
 public:
  LogWriter(Families& families, const LogOptions& options);

  /// Writes what is still waiting.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  void request_started(std::string_view method, std::string_view path,
                       std::string_view request_id) noexcept;
  void request_completed(std::string_view method, std::string_view path, int status, double seconds,
                         std::string_view request_id) noexcept;

  /// Any text; what could end the line or steer a terminal is replaced, 4096 bytes are kept.
  void write(LogLevel level, std::string_view message) noexcept;

 private:
  void put(LogLevel level, std::string_view line) noexcept;

  struct Sinks;
  std::unique_ptr<Sinks> sinks_;
  std::array<Counter, 4> messages_;  // by LogLevel
};

}  // namespace seadragon::monitoring::detail
