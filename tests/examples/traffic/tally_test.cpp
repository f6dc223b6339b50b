#include "examples/traffic/tally.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace traffic {
namespace {

using nlohmann::json;

const PlannedRequest chat{"POST", "/v1/chat/completions", "/v1/chat/completions", "sk-1"};

PlannedRequest stream() {
  PlannedRequest request = chat;
  request.streams = true;
  return request;
}

TEST(TallyTest, CountsByMethodRouteAndStatus) {
  Tally tally;
  const Seen answered{
      .status = 200, .complete = true, .prompt_tokens = 7, .completion_tokens = 20, .seconds = 0.5};
  tally.count(chat, answered);
  tally.count(stream(), answered);
  tally.count(chat, {.status = 429, .complete = true, .seconds = 0.25});
  tally.count({"GET", "/v1/unknown/1", "unmatched", ""}, {.status = 404, .complete = true});

  const json counted = json::parse(tally.json());
  EXPECT_EQ(counted.at("requests"), 4);
  EXPECT_EQ(counted.at("by_route_status"), json::parse(R"([
    {"method": "GET", "route": "unmatched", "status": 404, "count": 1},
    {"method": "POST", "route": "/v1/chat/completions", "status": 200, "count": 2},
    {"method": "POST", "route": "/v1/chat/completions", "status": 429, "count": 1}])"));
  EXPECT_EQ(counted.at("streams"), 1);
  EXPECT_EQ(counted.at("tokens"), json::parse(R"({"prompt": 14, "completion": 40})"));
  EXPECT_EQ(counted.at("duration_seconds_sum"), 1.25);
  EXPECT_EQ(counted.at("left"), 0);
}

TEST(TallyTest, CountsAClientThatLeftWithTheStatusItSaw) {
  Tally tally;
  tally.count(stream(), {.status = 200, .left = true});
  const json counted = json::parse(tally.json());
  EXPECT_EQ(counted.at("requests"), 1);
  EXPECT_EQ(counted.at("left"), 1);
  EXPECT_EQ(counted.at("incomplete"), 0);
  EXPECT_EQ(counted.at("by_route_status").at(0).at("status"), 200);
}

TEST(TallyTest, TellsOfAnswersThatBrokeOff) {
  Tally tally;
  tally.count(stream(), {.status = 200});
  const json counted = json::parse(tally.json());
  EXPECT_EQ(counted.at("requests"), 1);
  EXPECT_EQ(counted.at("incomplete"), 1);
}

TEST(TallyTest, CountsRequestsWithoutAnswerNowhereElse) {
  Tally tally;
  tally.count(chat, {.status = 0, .seconds = 3});
  tally.count_unfinished();
  const json counted = json::parse(tally.json());
  EXPECT_EQ(counted.at("transport_errors"), 1);
  EXPECT_EQ(counted.at("unfinished"), 1);
  EXPECT_EQ(counted.at("requests"), 0);
  EXPECT_EQ(counted.at("by_route_status"), json::array());
  EXPECT_EQ(counted.at("duration_seconds_sum"), 0);
}

}  // namespace
}  // namespace traffic
