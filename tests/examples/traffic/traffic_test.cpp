#include "examples/traffic/traffic.h"

#include <future>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/examples/running_server.h"

namespace traffic {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using tests::RunningServer;

constexpr const char* waiting = "seadragon_queue_length{queue=\"chat\"}";
constexpr const char* active = "seadragon_queue_active_requests{queue=\"chat\"}";

Options options_for(const RunningServer& server) {
  Options options;
  options.target = server.url();
  options.plan.model = "seadragon-ngram";
  options.plan.keys = {"sk-example-anna-1", "sk-example-bela-1"};
  return options;
}

json tally_of(const Options& options) {
  Tally tally;
  Traffic(options, tally).run();
  return json::parse(tally.json());
}

/// What the server must have counted, written as on its metrics page.
std::map<std::string, double> requests_in(const json& tally) {
  std::map<std::string, double> requests;
  for (const json& entry : tally.at("by_route_status")) {
    requests["seadragon_http_requests_total{method=\"" + entry.at("method").get<std::string>() +
             "\",route=\"" + entry.at("route").get<std::string>() + "\",status=\"" +
             std::to_string(entry.at("status").get<int>()) + "\"}"] = entry.at("count");
  }
  return requests;
}

std::map<std::string, double> requests_of(const RunningServer& server) {
  auto requests = tests::values_of(server.metrics(), "seadragon_http_requests_total");
  std::erase_if(requests, [](const auto& series) { return series.second == 0; });
  return requests;
}

double clients_that_left(const RunningServer& server) {
  double sum = 0;
  for (const auto& [series, value] :
       tests::values_of(server.metrics(), "seadragon_http_outcomes_total")) {
    if (series.find("outcome=\"client_abort\"") != std::string::npos) sum += value;
  }
  return sum;
}

void expect_equal(const RunningServer& server, const json& tally) {
  const auto requests = requests_in(tally);
  RunningServer::becomes([&] {
    return requests_of(server) == requests && clients_that_left(server) == tally.at("left");
  });
  EXPECT_EQ(requests_of(server), requests);
  EXPECT_EQ(clients_that_left(server), tally.at("left"));
  EXPECT_EQ(tally.at("transport_errors"), 0);
  EXPECT_EQ(tally.at("unfinished"), 0);
  EXPECT_EQ(tally.at("incomplete"), 0);
}

TEST(TrafficTest, SawExactlyWhatTheServerCounted) {
  RunningServer server;
  Options options = options_for(server);
  options.rate = 150;
  options.duration_seconds = 2;
  options.plan.leave_ratio = 0.3;
  const json tally = tally_of(options);
  EXPECT_GT(tally.at("requests"), 100);
  EXPECT_GT(tally.at("left"), 5);
  EXPECT_GE(tally.at("by_route_status").size(), 8U);  // every kind but 429
  expect_equal(server, tally);
}

TEST(TrafficTest, SawExactlyWhatTheServerCountedOfABurst) {
  llm_server::Options server_options = tests::test_options();
  server_options.queue = 5;
  server_options.tokens_per_second = 30;
  RunningServer server(server_options);
  Options options = options_for(server);
  options.rate = 0.001;
  options.duration_seconds = 1.5;
  options.burst_every_seconds = 1;
  options.burst_size = 60;
  const json tally = tally_of(options);
  EXPECT_EQ(tally.at("requests"), 60);
  expect_equal(server, tally);
  EXPECT_GT(
      server.value("seadragon_queue_finished_total{queue=\"chat\",outcome=\"rejected_full\"}"), 0);
}

TEST(TrafficTest, KeepsRequestsUnderWayAndEndsThemWhenItIsStopped) {
  llm_server::Options server_options = tests::test_options();
  server_options.slots = 1;
  server_options.tokens_per_second = 20;
  RunningServer server(server_options);
  Options options = options_for(server);
  options.rate = 0.001;
  options.outstanding = 8;
  options.plan.leave_ratio = 0;
  options.grace = 0s;
  Tally tally;
  Traffic traffic(options, tally);
  auto running = std::async(std::launch::async, [&] { traffic.run(); });
  EXPECT_TRUE(
      RunningServer::becomes([&] { return server.value(waiting) + server.value(active) >= 8; }));
  traffic.stop();
  running.get();
  const json counted = json::parse(tally.json());
  EXPECT_GE(counted.at("unfinished"), 7);
  EXPECT_EQ(counted.at("left"), 0);
}

TEST(TrafficTest, LetsRequestsEndWithinTheGrace) {
  llm_server::Options server_options = tests::test_options();
  server_options.tokens_per_second = 100;
  RunningServer server(server_options);
  Options options = options_for(server);
  options.rate = 0.001;
  options.outstanding = 6;
  Tally tally;
  Traffic traffic(options, tally);
  auto running = std::async(std::launch::async, [&] { traffic.run(); });
  EXPECT_TRUE(RunningServer::becomes([&] { return server.value(waiting) >= 2; }));
  traffic.stop();
  running.get();
  expect_equal(server, json::parse(tally.json()));
}

TEST(TrafficTest, CountsAServerThatIsNotThereAsTransportErrors) {
  std::string url;
  {
    RunningServer server;
    url = server.url();
  }
  Options options;
  options.target = url;
  options.rate = 100;
  options.duration_seconds = 0.2;
  options.plan.model = "seadragon-ngram";
  options.plan.keys = {"sk-example-anna-1"};
  const json tally = tally_of(options);
  EXPECT_GT(tally.at("transport_errors"), 0);
  EXPECT_EQ(tally.at("requests"), 0);
}

}  // namespace
}  // namespace traffic
