#include "seadragon/monitoring/log.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/eventually.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using tests::value_of;

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { std::filesystem::remove_all(folder_); }

  void start(LogOptions options = {}) {
    options.console = false;
    options.file = file_;
    monitor_ = std::make_unique<Monitor>(MonitorOptions{options});
  }

  /// Ends the monitor, which writes what still waits, and reads the file.
  std::vector<std::string> lines() {
    monitor_.reset();
    std::ifstream file(file_);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  /// The file as it is now.
  std::string text() const {
    std::ifstream file(file_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("seadragon-log-test-" + std::to_string(::getpid()));
  const std::filesystem::path file_ = folder_ / "logs" / "seadragon.log";
  std::unique_ptr<Monitor> monitor_;
};

const std::string time_pattern = "20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8},[0-9]{3}";

TEST_F(LogTest, WritesALineWhenARequestStartsAndOneWhenItEnds) {
  start();
  {
    HttpExchange exchange(*monitor_, {"GET", "/v1/models", "id-7"});
    exchange.respond(200);
    exchange.finish(HttpOutcome::completed);
  }
  EXPECT_THAT(
      lines(),
      ElementsAre(MatchesRegex(time_pattern + " - seadragon - INFO - Request started: GET "
                                              "/v1/models \\(ID: id-7\\)"),
                  MatchesRegex(time_pattern + " - seadragon - INFO - Request completed: GET "
                                              "/v1/models - Status: 200 - Time: "
                                              "0\\.[0-9]{4}s \\(ID: id-7\\)")));
}

TEST_F(LogTest, WritesLinesOfTheServerInEveryLevel) {
  start();
  monitor_->log(LogLevel::debug, "a");
  monitor_->log(LogLevel::warning, "b");
  monitor_->log(LogLevel::error, "c");
  EXPECT_EQ(value_of(monitor_->metrics(), "seadragon_log_messages_total{level=\"warning\"}"), 1);
  EXPECT_THAT(lines(), ElementsAre(HasSubstr(" - WARNING - b"), HasSubstr(" - ERROR - c")));
}

TEST_F(LogTest, LetsNoStrangerWriteLinesOfHisOwn) {
  start();
  const std::string path = "/a\nRequest completed: forged\x1b[31m" + std::string(1000, 'x');
  { const HttpExchange exchange(*monitor_, {"GET\r\n", path}); }
  const std::vector<std::string> written = lines();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_THAT(written[0], HasSubstr(R"(Request started: GET\x0D\x0A /a\x0ARequest\x20completed:)"
                                    R"(\x20forged\x1B[31mxxx)"));
  EXPECT_LT(written[0].size(), 400U);
}

TEST_F(LogTest, CleansLinesOfTheServerToo) {
  start();
  monitor_->log(LogLevel::info,
                "a\nb \xC2\x9B"
                "31m \xE2\x80\xAE \xC3\xA4");
  EXPECT_THAT(lines(), ElementsAre(HasSubstr(" - INFO - a\\x0Ab \\xC2\\x9B"
                                             "31m \\xE2\\x80\\xAE \xC3\xA4")));
}

TEST_F(LogTest, WritesJsonLinesWithAllThatIsKnown) {
  LogOptions options;
  options.format = LogFormat::json;
  start(options);
  {
    HttpExchange exchange(*monitor_, {"GET", "/v1/models/x", "id-7", "192.0.2.7", "", "curl/8"});
    exchange.route(monitor_->http_route("GET", "/v1/models/:name"));
    exchange.identify({"7", "laptop"});
    exchange.received(3);
    exchange.respond(200, 10);
    exchange.finish(HttpOutcome::completed);
  }
  { const HttpExchange exchange(*monitor_, {"GET", "/"}); }
  monitor_->log(LogLevel::warning, "say \"x\"");
  const std::string begin =
      R"(\{"time":"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z","level":")";
  const std::string seconds = R"(0\.[0-9]{6})";
  const std::string request = R"("method":"GET","path":"/v1/models/x","request_id":"id-7",)"
                              R"("client":"192.0.2.7","user_agent":"curl/8")";
  const std::vector<std::string> written = lines();
  ASSERT_EQ(written.size(), 5U);
  EXPECT_THAT(written[0], MatchesRegex(begin + R"(info","logger":"seadragon",)" +
                                       R"("event":"request_started",)" + request + R"(\})"));
  EXPECT_THAT(written[1],
              MatchesRegex(begin + R"(info","logger":"seadragon","event":"request_completed",)" +
                           request + R"(,"route":"/v1/models/:name","status":200,)" +
                           R"("outcome":"completed","duration_seconds":)" + seconds +
                           R"(,"time_to_first_byte_seconds":)" + seconds +
                           R"(,"request_bytes":3,"response_bytes":10,"user":"7",)" +
                           R"("api_key":"laptop"\})"));
  EXPECT_THAT(written[3],
              HasSubstr(R"("route":"unmatched","status":null,"outcome":"server_abort")"));
  EXPECT_THAT(written[4], MatchesRegex(begin + R"(warning","logger":"seadragon",)" +
                                       R"("event":"message","message":"say \\"x\\""\})"));
}

TEST_F(LogTest, WritesOnlyWhatReachesItsLevelAndCountsAll) {
  LogOptions options;
  options.level = LogLevel::warning;
  start(options);
  { const HttpExchange exchange(*monitor_, {"GET", "/"}); }
  monitor_->log(LogLevel::warning, "w");
  EXPECT_EQ(value_of(monitor_->metrics(), "seadragon_log_messages_total{level=\"info\"}"), 2);
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("WARNING - w")));
}

TEST_F(LogTest, WritesAStatusThatNobodyKnowsAsUnknown) {
  start();
  { const HttpExchange exchange(*monitor_, {"GET", "/"}); }
  EXPECT_THAT(lines().at(1), HasSubstr(" - Status: unknown - Time: "));
}

TEST_F(LogTest, ShowsALineWithoutBeingAskedToEnd) {
  start();
  for (int i = 0; i < 3; ++i) {
    monitor_->log(LogLevel::info, "line " + std::to_string(i));
    EXPECT_TRUE(tests::eventually(
        [&] { return text().find("line " + std::to_string(i) + "\n") != std::string::npos; }));
  }
}

TEST_F(LogTest, OpensItsFileAnewForLogrotate) {
  start();
  monitor_->log(LogLevel::info, "before");
  EXPECT_TRUE(tests::eventually([&] { return text().find("before") != std::string::npos; }));
  std::filesystem::rename(file_, folder_ / "moved.log");
  monitor_->reopen_log();
  EXPECT_TRUE(tests::eventually([&] { return std::filesystem::exists(file_); }));
  monitor_->log(LogLevel::info, "after");
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("after")));
  std::ifstream moved(folder_ / "moved.log");
  const std::string old(std::istreambuf_iterator<char>(moved), {});
  EXPECT_THAT(old, HasSubstr("before"));
  EXPECT_EQ(old.find("after"), std::string::npos);
}

TEST_F(LogTest, StaysOnTheConsoleWhenTheFileCannotBeOpenedAnew) {
  start();
  monitor_->log(LogLevel::info, "before");
  EXPECT_TRUE(tests::eventually([&] { return text().find("before") != std::string::npos; }));
  std::filesystem::rename(folder_ / "logs", folder_ / "moved");
  std::ofstream(folder_ / "logs") << "no folder";
  testing::internal::CaptureStderr();
  monitor_->reopen_log();
  monitor_->log(LogLevel::info, "after");
  monitor_.reset();
  const std::string console = testing::internal::GetCapturedStderr();
  EXPECT_THAT(console, HasSubstr("WARNING - The log goes to the console only: "));
  EXPECT_THAT(console, HasSubstr("INFO - after\n"));
}

TEST_F(LogTest, CountsLinesThatTheDiskDidNotTake) {
  LogOptions options;
  options.console = false;
  options.file = "/dev/full";
  testing::internal::CaptureStderr();
  {
    Monitor monitor({options});
    const std::string line(2000, 'x');
    EXPECT_TRUE(tests::eventually([&] {
      monitor.log(LogLevel::info, line);
      return value_of(monitor.metrics(), "seadragon_log_dropped_total") > 0;
    }));
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("The log cannot be written: "));
}

TEST_F(LogTest, NeedsAPlaceForALineButDoesNotInsist) {
  LogOptions options;
  options.waiting_bytes = 0;
  start(options);
  monitor_->log(LogLevel::info, "a");
  EXPECT_THAT(lines(), ElementsAre(HasSubstr(" - a")));
}

TEST_F(LogTest, PutsAFullFileAsideAndKeepsTheNewest) {
  LogOptions options;
  options.file_bytes = 1000;
  options.files = 3;
  start(options);
  for (int i = 0; i < 100; ++i) monitor_->log(LogLevel::info, "line " + std::to_string(i));
  EXPECT_THAT(lines().back(), HasSubstr("line 99"));
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "logs")) {
    EXPECT_LE(file.file_size(), options.file_bytes);
    ++files;
  }
  EXPECT_EQ(files, 3U);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "logs" / "seadragon.2.log"));
}

TEST_F(LogTest, KeepsTenFilesOfTenMegabytesIfNotToldOtherwise) {
  const LogOptions options;
  EXPECT_EQ(options.files, 10U);
  EXPECT_EQ(options.file_bytes, 10U * 1024 * 1024);
  start({.file_bytes = 200});
  for (int i = 0; i < 100; ++i) {
    monitor_->log(LogLevel::info, std::string(100, 'x'));
  }
  lines();
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder_ / "logs")) {
    ++files;
  }
  EXPECT_EQ(files, 10U);
}

TEST_F(LogTest, StartsNoThreadWhereNobodyReads) {
  Monitor monitor({.log = {.console = false, .file = ""}});
  monitor.log(LogLevel::info, "a");
  monitor.reopen_log();
  EXPECT_EQ(value_of(monitor.metrics(), "seadragon_log_messages_total{level=\"info\"}"), 1);
}

TEST_F(LogTest, FallsBackToTheConsoleWhenTheFileCannotBeWritten) {
  testing::internal::CaptureStderr();
  {
    LogOptions options;
    options.file = "/proc/seadragon/seadragon.log";
    options.console = false;
    Monitor monitor({options});
    monitor.log(LogLevel::info, "still here");
  }
  const std::string console = testing::internal::GetCapturedStderr();
  EXPECT_THAT(console, HasSubstr("WARNING - The log goes to the console only: "));
  EXPECT_THAT(console, HasSubstr("/proc/seadragon"));
  EXPECT_THAT(console, HasSubstr("still here"));
}

TEST_F(LogTest, CountsLinesThatCameTooFast) {
  LogOptions options;
  options.waiting_bytes = 1;
  start(options);
  const std::string line(4000, 'x');
  double dropped = 0;
  for (int i = 0; i < 100'000 && dropped == 0; ++i) {
    for (int burst = 0; burst < 100; ++burst) monitor_->log(LogLevel::info, line);
    dropped = value_of(monitor_->metrics(), "seadragon_log_dropped_total").value_or(-1);
  }
  EXPECT_GT(dropped, 0);
}

}  // namespace
}  // namespace seadragon::monitoring
