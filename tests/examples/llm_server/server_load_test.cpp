// The server when more is asked of it than it can do, and when its clients do not wait.
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/examples/llm_server/server_clients.h"

namespace llm_server {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using tests::chat;
using tests::chat_body;
using tests::Client;
using tests::error_of;
using tests::RunningServer;
using tests::stream_body;
using tests::StreamReader;
using tests::test_options;

constexpr const char* active = "seadragon_queue_active_requests{queue=\"chat\"}";
constexpr const char* waiting = "seadragon_queue_length{queue=\"chat\"}";

std::string finished(const std::string& outcome) {
  return "seadragon_queue_finished_total{queue=\"chat\",outcome=\"" + outcome + "\"}";
}

/// So slow that a reply lasts until the test ends it.
Options slow_options() {
  Options options = test_options();
  options.tokens_per_second = 20;
  options.slots = 1;
  return options;
}

TEST(LlmServerLoadTest, AsksToComeBackLaterWhenItsQueueIsFull) {
  Options options = slow_options();
  options.queue = 1;
  RunningServer server(options);
  StreamReader running(server, stream_body(4'000));
  ASSERT_TRUE(server.reaches(active, 1));
  StreamReader queued(server, stream_body(4'000));
  ASSERT_TRUE(server.reaches(waiting, 1));

  const auto result = Client(server).post(chat, chat_body().dump());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 429);
  EXPECT_EQ(result->get_header_value("Retry-After"), "1");
  EXPECT_EQ(error_of(result).at("code"), "queue_full");
  EXPECT_EQ(server.value(finished("rejected_full")), 1);
  running.leave();
  queued.leave();
}

TEST(LlmServerLoadTest, FreesTheSlotOfAClientThatLeft) {
  RunningServer server(slow_options());
  StreamReader running(server, stream_body(4'000));
  ASSERT_TRUE(server.reaches(active, 1));
  running.leave();
  EXPECT_TRUE(server.reaches(finished("cancelled_running"), 1));
  EXPECT_TRUE(server.reaches(active, 0));
  EXPECT_TRUE(server.reaches(
      R"(seadragon_http_outcomes_total{route="/v1/chat/completions",outcome="client_abort"})", 1));
}

TEST(LlmServerLoadTest, TellsWhichShareOfItsContextIsInUse) {
  const std::string usage = R"(seadragon_generation_kv_cache_usage_ratio{model="seadragon-ngram"})";
  RunningServer server(slow_options());
  EXPECT_EQ(server.value(usage), 0);
  StreamReader running(server, stream_body(4'000));
  ASSERT_TRUE(server.reaches(active, 1));
  const auto grows_beyond = [&](double share) {
    return RunningServer::becomes([&] { return server.value(usage) > share; });
  };
  ASSERT_TRUE(grows_beyond(0)) << "the prompt";
  ASSERT_TRUE(grows_beyond(server.value(usage))) << "each token";
  running.leave();
  EXPECT_TRUE(server.reaches(usage, 0));
}

TEST(LlmServerLoadTest, FreesThePlaceOfAClientThatLeftWhileItWaited) {
  RunningServer server(slow_options());
  StreamReader running(server, stream_body(4'000));
  ASSERT_TRUE(server.reaches(active, 1));
  StreamReader queued(server, stream_body(4'000));
  ASSERT_TRUE(server.reaches(waiting, 1));
  queued.leave();
  EXPECT_TRUE(server.reaches(finished("cancelled_queued"), 1));
  EXPECT_THAT(queued.text(), HasSubstr(": waiting\n\n"));
  EXPECT_EQ(server.value(active), 1);
  running.leave();
}

TEST(LlmServerLoadTest, EndsWhatTakesTooLong) {
  Options options = slow_options();
  options.time_limit = 500ms;
  RunningServer server(options);
  StreamReader running(server, stream_body(4'000));
  ASSERT_TRUE(server.reaches(active, 1));
  const auto result = Client(server).post(chat, chat_body(4'000).dump());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 504);
  EXPECT_EQ(error_of(result).at("code"), "timeout");
  EXPECT_THAT(running.text(), HasSubstr("\"code\":\"timeout\""));
  EXPECT_THAT(running.text(), EndsWith("data: [DONE]\n\n"));
  EXPECT_TRUE(RunningServer::becomes([&] {
    return server.value(finished("timeout_running")) + server.value(finished("timeout_queued")) ==
           2;
  }));
}

TEST(LlmServerLoadTest, FinishesARunningStreamWhenItIsStopped) {
  RunningServer server(slow_options());
  StreamReader running(server, stream_body(10));
  ASSERT_TRUE(server.reaches(active, 1));
  StreamReader queued(server, stream_body(10));
  ASSERT_TRUE(server.reaches(waiting, 1));
  server.stop();
  EXPECT_THAT(running.text(), HasSubstr("\"finish_reason\":\"length\""));
  EXPECT_THAT(running.text(), EndsWith("data: [DONE]\n\n"));
  EXPECT_THAT(queued.text(), HasSubstr("\"code\":\"shutting_down\""));
  EXPECT_EQ(server.value(finished("completed")), 1);
}

TEST(LlmServerLoadTest, TakesABurstOfConnections) {
  RunningServer server;
  std::vector<std::future<bool>> answered;
  for (int i = 0; i < 120; ++i) {
    answered.push_back(std::async(
        std::launch::async, [&] { return static_cast<bool>(Client(server).get("/health")); }));
  }
  for (auto& answer : answered) EXPECT_TRUE(answer.get());
}

}  // namespace
}  // namespace llm_server
