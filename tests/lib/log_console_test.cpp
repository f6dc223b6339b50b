// The console of the log where nobody reads it.
#include <algorithm>
#include <array>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/eventually.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using tests::value_of;

/// Standard error is a pipe for as long as this lives.
class StandardErrorPipe {
 public:
  StandardErrorPipe() {
    EXPECT_EQ(::pipe(ends_.data()), 0);
    saved_ = ::dup(STDERR_FILENO);
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }
  ~StandardErrorPipe() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(ends_[0]);
  }
  StandardErrorPipe(const StandardErrorPipe&) = delete;
  StandardErrorPipe& operator=(const StandardErrorPipe&) = delete;

  std::string read() const {
    std::array<char, 65536> bytes;
    const ssize_t size = ::read(ends_[0], bytes.data(), bytes.size());
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

 private:
  std::array<int, 2> ends_{};
  int saved_ = -1;
};

TEST(LogConsoleTest, CountsLinesThatNobodyReadsOffTheConsoleAndEndsAllTheSame) {
  const StandardErrorPipe pipe;
  const std::string line(2000, 'x');
  Monitor monitor({.log = {.file = ""}});
  EXPECT_TRUE(tests::eventually([&] {
    monitor.log(LogLevel::info, line);
    return value_of(monitor.metrics(), "seadragon_log_dropped_total") > 0;
  }));
  // The line that was torn gets its end when somebody reads again, and the next one comes whole.
  std::string console;
  EXPECT_TRUE(tests::eventually([&] {
    monitor.log(LogLevel::info, "read again");
    console += pipe.read();
    return console.find("INFO - read again\n") != std::string::npos;
  }));
  std::istringstream lines(console);
  for (std::string text; std::getline(lines, text);) {
    EXPECT_EQ(text.find(" - seadragon - "), text.rfind(" - seadragon - ")) << text;
  }
  for (int i = 0; i < 200; ++i) monitor.log(LogLevel::info, line);
}

}  // namespace
}  // namespace seadragon::monitoring
