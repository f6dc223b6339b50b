/// The access log: a line when a request starts and a line when it ends.
///
///   2026-11-23 09:30:00,125 - seadragon - INFO - Request started: GET /v1/models (ID: 4f1c...)
///   2026-11-23 09:30:00,127 - seadragon - INFO - Request completed: GET /v1/models - Status: 200
///   - Time: 0.0021s (ID: 4f1c...)                                      (one line, folded here)
///
/// Lines are written by a thread of their own; a request never waits for a disk. When lines come
/// faster than they can be written, the oldest are lost; they, and lines that could not be written
/// because the disk is full, are counted in seadragon_log_dropped_total.
#pragma once

#include <cstddef>
#include <string>

namespace seadragon::monitoring {

struct LogOptions {
  bool console = true;                      ///< Lines go to standard error.
  std::string file = "logs/seadragon.log";  ///< Empty: no file. One monitor a file.
  std::size_t file_bytes = 10'485'760;      ///< A file is put aside when it would grow beyond this.
  std::size_t old_files = 10;               ///< Kept beside the current one: seadragon.1.log, ...
  std::size_t waiting_lines = 8192;         ///< Bound of what waits to be written; at least 1.
};

/// Lines of level debug are counted, not written.
enum class LogLevel { debug, info, warning, error };

}  // namespace seadragon::monitoring
