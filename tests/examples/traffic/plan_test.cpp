#include "examples/traffic/plan.h"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace traffic {
namespace {

using nlohmann::json;

Plan::Options options_of(const char* mix, double leave_ratio = 0) {
  Plan::Options options;
  options.mix = parse_mix(mix);
  options.leave_ratio = leave_ratio;
  options.model = "m";
  options.keys = {"sk-1", "sk-2"};
  return options;
}

TEST(PlanTest, SendsTheSameForTheSameSeed) {
  Plan::Options options = options_of("stream=1,plain=1,unknown_route=1", 0.5);
  Plan one(options);
  Plan same(options);
  options.seed = 2;
  Plan other(options);
  int differing = 0;
  for (int i = 0; i < 100; ++i) {
    const PlannedRequest request = one.next();
    const PlannedRequest again = same.next();
    EXPECT_EQ(request.path, again.path);
    EXPECT_EQ(request.body, again.body);
    EXPECT_EQ(request.key, again.key);
    EXPECT_EQ(one.interval(2), same.interval(2));
    differing += other.next().body != request.body;
  }
  EXPECT_GT(differing, 50);
}

TEST(PlanTest, KeepsToTheMix) {
  Plan plan(options_of("health=3,models=1"));
  std::map<std::string, int> counts;
  for (int i = 0; i < 4'000; ++i) ++counts[plan.next().route];
  EXPECT_EQ(counts.size(), 2U);
  EXPECT_NEAR(counts["/health"], 3'000, 150);
}

TEST(PlanTest, ComesAtTheRateOnAverage) {
  Plan plan(options_of("health=1"));
  std::chrono::duration<double> sum{};
  for (int i = 0; i < 10'000; ++i) sum += plan.interval(4);
  EXPECT_NEAR(sum.count(), 2'500, 100);
}

TEST(PlanTest, UsesAllKeysAndOneThatIsWrongOnPurpose) {
  Plan plan(options_of("plain=1"));
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.insert(plan.next().key);
  EXPECT_EQ(keys, (std::set<std::string>{"sk-1", "sk-2"}));
  EXPECT_FALSE(keys.contains(Plan(options_of("bad_key=1")).next().key));
}

TEST(PlanTest, LeavesOnlyStreamsThatAreFarFromTheirEnd) {
  Plan plan(options_of("stream=1,plain=1", 0.5));
  int streams = 0;
  int leaving = 0;
  for (int i = 0; i < 1'000; ++i) {
    const PlannedRequest request = plan.next();
    streams += request.streams;
    if (!request.leaving) continue;
    ++leaving;
    const json body = json::parse(request.body);
    EXPECT_TRUE(request.streams);
    EXPECT_EQ(body.at("ignore_eos"), true);
    EXPECT_GT(body.at("max_tokens").get<int>(), 100 * request.leaving->tokens);
  }
  EXPECT_NEAR(streams, 500, 80);
  EXPECT_NEAR(leaving, 250, 80);
}

TEST(PlanTest, BreaksTheJsonOfBadJsonOnly) {
  EXPECT_FALSE(json::accept(Plan(options_of("bad_json=1")).next().body));
  for (const char* mix : {"stream=1", "plain=1", "text=1", "bad_key=1", "unknown_model=1"}) {
    EXPECT_TRUE(json::accept(Plan(options_of(mix)).next().body)) << mix;
  }
}

TEST(PlanTest, NeverAsksTwiceForTheSameUnknownPath) {
  Plan plan(options_of("unknown_route=1"));
  std::set<std::string> paths;
  for (int i = 0; i < 100; ++i) {
    const PlannedRequest request = plan.next();
    EXPECT_EQ(request.route, "unmatched");
    paths.insert(request.path);
  }
  EXPECT_EQ(paths.size(), 100U);
}

}  // namespace
}  // namespace traffic
