/// How each line of the log begins and ends.
#pragma once

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>

#include "seadragon/monitoring/log.h"

namespace seadragon::monitoring::detail {

/// For one thread: it remembers the text of the current second.
class LogStamp {
 public:
  using Time = std::chrono::system_clock::time_point;

  explicit LogStamp(LogFormat format) : format_(format) {}

  /// `2026-11-23 09:30:00,125 - seadragon - INFO - `, local time; or, for JSON lines,
  /// `{"time":"2026-11-23T08:30:00.125Z","level":"info","logger":"seadragon",`.
  void append_begin(std::string& out, Time time, LogLevel level);
  void append_end(std::string& out) const { out += format_ == LogFormat::json ? "}\n" : "\n"; }

 private:
  const LogFormat format_;
  std::time_t second_ = -1;
  std::string text_;
};

/// Label `level`, and the level in JSON lines.
std::string_view level_name(LogLevel level);

}  // namespace seadragon::monitoring::detail
