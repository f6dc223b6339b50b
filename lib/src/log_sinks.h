/// Where the lines of the log end up: the console, and files that take turns. The one place that
/// knows spdlog.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "seadragon/monitoring/log.h"

namespace seadragon::monitoring::detail {

/// Standard error, whatever it is: a terminal, a file, a pipe that nobody reads. For one thread.
class Console {
 public:
  /// Whole lines. Waits a second at most for who reads them, and not again before somebody does.
  /// How many lines were lost.
  std::size_t write(std::string_view lines) noexcept;

 private:
  bool is_stuck_ = false;
  bool is_torn_ = false;  // the last line that was written lacks its end
};

/// For one thread.
class LogSinks {
 public:
  /// Opens nothing yet.
  explicit LogSinks(const LogOptions& options);
  ~LogSinks();

  /// Opens the file, anew if it was open: whoever moved it away gets no more lines. Returns what
  /// went wrong, empty if nothing did; then lines go to the console alone.
  std::string open();

  bool exist() const noexcept;  ///< Anybody reads lines at all.

  /// A line with its end.
  void write(std::string_view line) noexcept;

  /// What was written gets to the console and to the kernel.
  void flush() noexcept;

  /// Lines that did not get to the file or, where there is none, to the console.
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  struct File;
  void lose(const char* why) noexcept;

  const LogOptions options_;
  std::unique_ptr<File> file_;
  bool console_;
  bool failing_ = false;       // has been said
  std::uint64_t written_ = 0;  // lines, not flushed yet
  std::uint64_t lost_ = 0;
  Console to_console_;
  std::string for_console_;
};

}  // namespace seadragon::monitoring::detail
