#include "examples/traffic/exchange.h"

#include <future>

#include <gtest/gtest.h>

#include "tests/examples/running_server.h"

namespace traffic {
namespace {

using namespace std::chrono_literals;
using tests::RunningServer;

Plan plan(const char* mix, double leave_ratio = 0) {
  Plan::Options options;
  options.mix = parse_mix(mix);
  options.leave_ratio = leave_ratio;
  options.model = "seadragon-ngram";
  options.keys = {"sk-example-anna-1"};
  return Plan(options);
}

TEST(ExchangeTest, SeesTheStatusOfEveryKindOfRequest) {
  RunningServer server;
  const struct {
    const char* mix;
    int status;
  } cases[] = {{"stream=1", 200},  {"plain=1", 200},         {"text=1", 200},
               {"models=1", 200},  {"health=1", 200},        {"bad_json=1", 400},
               {"bad_key=1", 401}, {"unknown_model=1", 404}, {"unknown_route=1", 404}};
  for (const auto& [mix, status] : cases) {
    const Seen seen = Exchange(server.url(), plan(mix).next()).perform();
    EXPECT_EQ(seen.status, status) << mix;
    EXPECT_TRUE(seen.complete) << mix;
    EXPECT_FALSE(seen.left) << mix;
    EXPECT_GT(seen.seconds, 0) << mix;
  }
}

TEST(ExchangeTest, CountsTheSameTokensAsTheServer) {
  RunningServer server;
  Plan any = plan("stream=1,plain=1,text=1");
  double prompt = 0;
  double completion = 0;
  for (int i = 0; i < 20; ++i) {
    const Seen seen = Exchange(server.url(), any.next()).perform();
    prompt += static_cast<double>(seen.prompt_tokens);
    completion += static_cast<double>(seen.completion_tokens);
  }
  EXPECT_GT(completion, 20);
  const std::string tokens = "seadragon_generation_tokens_total{model=\"seadragon-ngram\",kind=";
  EXPECT_EQ(server.value(tokens + "\"prompt\"}"), prompt);
  EXPECT_EQ(server.value(tokens + "\"completion\"}"), completion);
}

TEST(ExchangeTest, LeavesAStreamAfterSomeTokens) {
  RunningServer server;
  const Seen seen = Exchange(server.url(), plan("stream=1", 1).next()).perform();
  EXPECT_EQ(seen.status, 200);
  EXPECT_TRUE(seen.left);
  EXPECT_FALSE(seen.complete);
  EXPECT_TRUE(server.reaches(
      R"(seadragon_http_outcomes_total{route="/v1/chat/completions",outcome="client_abort"})", 1));
}

TEST(ExchangeTest, LosesPatienceWhileItWaits) {
  llm_server::Options options = tests::test_options();
  options.slots = 1;
  options.tokens_per_second = 10;
  RunningServer server(options);
  PlannedRequest endless = plan("stream=1", 1).next();
  endless.leaving = Leaving{1'000'000, 1h};
  Exchange running(server.url(), endless);
  auto seen_running = std::async(std::launch::async, [&] { return running.perform(); });
  ASSERT_TRUE(server.reaches("seadragon_queue_active_requests{queue=\"chat\"}", 1));

  PlannedRequest impatient = plan("stream=1", 1).next();
  impatient.leaving = Leaving{10, 1ms};
  EXPECT_TRUE(Exchange(server.url(), impatient).perform().left);
  EXPECT_TRUE(server.reaches(
      "seadragon_queue_finished_total{queue=\"chat\",outcome=\"cancelled_queued\"}", 1));

  running.interrupt();
  const Seen interrupted = seen_running.get();
  EXPECT_FALSE(interrupted.left);
  EXPECT_FALSE(interrupted.complete);
}

TEST(ExchangeTest, SeesNoStatusWhenNobodyListens) {
  std::string url;
  {
    RunningServer server;
    url = server.url();
  }
  const Seen seen = Exchange(url, plan("health=1").next()).perform();
  EXPECT_EQ(seen.status, 0);
  EXPECT_FALSE(seen.complete);
}

}  // namespace
}  // namespace traffic
