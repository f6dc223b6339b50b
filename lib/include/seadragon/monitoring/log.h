/// The access log: a line when a request starts and a line when it ends.
///
///   2026-11-23 09:30:00,125 - seadragon - INFO - Request started: GET /v1/models (ID: 4f1c...)
///   2026-11-23 09:30:00,127 - seadragon - INFO - Request completed: GET /v1/models - Status: 200
///   - Time: 0.0021s (ID: 4f1c...)                                      (one line, folded here)
///
/// or, as JSON lines, with all that is known of the request: route, outcome, bytes, the client's
/// address and user agent, user and API key id (docs/http.md lists the fields).
///
/// What strangers send cannot forge a line, nor a field of one: control characters, quotes, marks
/// that turn the direction of writing and invalid UTF-8 are escaped (`\x0A`), spaces of any script
/// in paths as well; a path is cut off after 256 bytes, a user agent after 128. Query strings are
/// not logged.
///
/// Lines are written by a thread of their own, at most some 20 ms later; a request never waits for
/// a disk or a console. Lines that find no place any more, and lines that could not be written to
/// the file or, where there is none, to the console, are counted in seadragon_log_dropped_total.
#pragma once

#include <cstddef>
#include <string>

namespace seadragon::monitoring {

/// Requests are logged at level info.
enum class LogLevel { debug, info, warning, error };

enum class LogFormat {
  text,  ///< `time - seadragon - LEVEL - message`; the time is local.
  json,  ///< One object a line; the time is UTC.
};

struct LogOptions {
  bool console = true;                      ///< Lines go to standard error.
  std::string file = "logs/seadragon.log";  ///< Empty: no file. One monitor a file.
  std::size_t file_bytes = 10'485'760;      ///< No file grows beyond this.
  std::size_t files = 10;  ///< All together: seadragon.log and seadragon.1.log to .9.log.
  std::size_t waiting_bytes = 1'048'576;  ///< Bound of what waits to be written; 32 KiB at least.
  LogLevel level = LogLevel::info;        ///< What is below is counted, not written.
  LogFormat format = LogFormat::text;
};

}  // namespace seadragon::monitoring
