/// Runs the real exporter as a child process.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace seadragon::exporter {

/// Ended by the destructor if it still runs.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Waits until its output, standard error included, holds `text` after what was waited for
  /// before. Throws std::runtime_error with the output when it ends or 10 s pass without.
  void wait_for(std::string_view text);

  /// Where it serves, from the line it logs at start.
  std::string url();

  void signal(int number) const;

  /// Waits for its end, 10 s at most; returns the exit status.
  int wait();

  /// What it has written so far.
  const std::string& output() const { return output_; }

 private:
  /// False at the end of the output.
  bool read_more(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string output_;
  std::size_t waited_to_ = 0;
};

}  // namespace seadragon::exporter
