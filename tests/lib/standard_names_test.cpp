#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::value_of;

MonitorOptions silent(bool standard_names = true) {
  MonitorOptions options;
  options.log = {.console = false, .file = ""};
  options.standard_names = standard_names;
  return options;
}

std::string page_of(const Monitor& monitor, std::string_view accept) {
  ExpositionRequest request;
  request.accept = accept;
  return monitor.metrics(request).body;
}

class StandardNamesTest : public testing::Test {
 protected:
  StandardNamesTest() {
    HttpExchange exchange(monitor_, {"POST", "/v1/chat"});
    exchange.respond(200, 2);
    Ticket ticket = queue_.enqueue({"quoted \"tiny\", \\ and more"});
    ticket.start();
    ticket.token();
    ticket.token();
    ticket.finish(Outcome::completed);
  }

  Monitor monitor_{silent()};
  Queue queue_ = monitor_.queue({"chat", 8, 2});
};

TEST_F(StandardNamesTest, ShowTheSameNumbersAgain) {
  const std::string page = monitor_.metrics();
  const std::string model = R"({model="quoted \"tiny\", \\ and more"})";
  const std::string their_model = R"({gen_ai_request_model="quoted \"tiny\", \\ and more"})";
  const auto same = [&](const std::string& theirs, const std::string& ours) {
    ASSERT_TRUE(value_of(page, ours)) << ours;
    EXPECT_EQ(value_of(page, theirs), value_of(page, ours)) << theirs;
  };
  for (const std::string suffix : {"_count", "_sum"}) {
    same("gen_ai_server_request_duration_seconds" + suffix + their_model,
         "seadragon_generation_duration_seconds" + suffix + model);
    same("gen_ai_server_time_to_first_token_seconds" + suffix + their_model,
         "seadragon_generation_time_to_first_token_seconds" + suffix + model);
    same("gen_ai_server_time_per_output_token_seconds" + suffix + their_model,
         "seadragon_generation_time_per_output_token_seconds" + suffix + model);
    same("http_server_request_duration_seconds" + suffix +
             R"({http_request_method="POST",http_route="unmatched"})",
         "seadragon_http_request_duration_seconds" + suffix +
             R"({method="POST",route="unmatched"})");
  }
  EXPECT_EQ(value_of(page, "http_server_active_requests"), 0);
}

TEST_F(StandardNamesTest, AddUpAllQueuesOfOneMoment) {
  Queue other = monitor_.queue({"embeddings", 8, 2});
  const Ticket waiting = queue_.enqueue(), too = other.enqueue();
  Ticket running = other.enqueue();
  running.start();
  const std::string page = monitor_.metrics();
  EXPECT_EQ(value_of(page, "TotalQueuedRequests"), 2);
  EXPECT_EQ(value_of(page, "TotalRunningRequests"), 1);
}

TEST_F(StandardNamesTest, ShowTheCacheOnceTheServerTells) {
  EXPECT_EQ(value_of(monitor_.metrics(), "KVCacheUtilization"), std::nullopt);
  monitor_.kv_cache_usage("tiny").set(0.5);
  EXPECT_EQ(value_of(monitor_.metrics(), "KVCacheUtilization"), 0.5);
  monitor_.kv_cache_usage("large").set(0.25);
  EXPECT_EQ(value_of(monitor_.metrics(), "KVCacheUtilization"), 0.375);
}

TEST_F(StandardNamesTest, ForgetTheCacheOfAModelThatIsUnloaded) {
  const auto unload = [&](const std::string& model) {
    monitor_.registry().remove("seadragon_generation_kv_cache_usage_ratio", {{"model", model}});
  };
  monitor_.kv_cache_usage("tiny").set(0.5);
  monitor_.kv_cache_usage("large").set(0.25);
  unload("tiny");
  EXPECT_EQ(value_of(monitor_.metrics(), "KVCacheUtilization"), 0.25);
  unload("large");
  EXPECT_EQ(value_of(monitor_.metrics(), "KVCacheUtilization"), 0);
  monitor_.kv_cache_usage("tiny").set(0.75);
  EXPECT_EQ(value_of(monitor_.metrics(), "KVCacheUtilization"), 0.75);
}

TEST_F(StandardNamesTest, AreOnPagesOfEveryFormat) {
  EXPECT_THAT(page_of(monitor_, "application/openmetrics-text; version=1.0.0"),
              HasSubstr("\n# TYPE http_server_request_duration_seconds histogram\n"));
  EXPECT_THAT(page_of(monitor_,
                      "application/vnd.google.protobuf; "
                      "proto=io.prometheus.client.MetricFamily; encoding=delimited"),
              HasSubstr("gen_ai_request_model"));
}

TEST_F(StandardNamesTest, CannotBeTakenByAnythingElse) {
  EXPECT_THROW(monitor_.registry().gauge("http_server_active_requests", "Mine."),
               std::invalid_argument);
  EXPECT_THROW(monitor_.registry().gauge("http_server_request_duration_seconds_count", "Mine."),
               std::invalid_argument);
  for (const char* name : {"TotalQueuedRequests", "TotalRunningRequests", "KVCacheUtilization"}) {
    EXPECT_THROW(monitor_.registry().gauge(name, "Mine."), std::invalid_argument) << name;
  }
}

TEST(NoStandardNamesTest, AreShownUnlessAskedFor) {
  Monitor monitor(silent(false));
  static_cast<void>(monitor.queue({"chat", 8, 2}));
  monitor.kv_cache_usage("tiny").set(0.5);
  const std::string page = monitor.metrics();
  for (const char* name : {"http_server", "gen_ai", "TotalQueued", "TotalRunning", "KVCache"}) {
    EXPECT_THAT(page, Not(HasSubstr(std::string("\n") + name)));
  }
  monitor.registry().gauge("http_server_active_requests", "Mine.").set(1);
}

}  // namespace
}  // namespace seadragon::monitoring
