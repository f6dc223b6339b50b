// What a ticket tells of the model.
#include <optional>
#include <string>

#include "tests/lib/queue_fixture.h"

namespace seadragon::tests {
namespace {

using GenerationTest = QueueFixture;

TEST_F(GenerationTest, CountsTokensAsTheyAreProduced) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  ticket.prompt_tokens(12);
  ticket.token();
  ticket.token(0);
  ticket.token(3);
  EXPECT_EQ(tokens("tokens_total{model=\"tiny\",kind=\"prompt\"}"), 12);
  EXPECT_EQ(tokens("tokens_total{model=\"tiny\",kind=\"completion\"}"), 4);
  EXPECT_EQ(tokens("time_to_first_token_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_EQ(tokens("inter_token_seconds_count{model=\"tiny\"}"), 3);
}

TEST_F(GenerationTest, CountsTheWorkOfAnUnfinishedRequestAsWasted) {
  for (const Outcome outcome : {Outcome::completed, Outcome::cancelled}) {
    Ticket ticket = queue_.enqueue({"tiny"});
    ticket.start();
    ticket.token(5);
    ticket.finish(outcome);
  }
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"cancelled_running\"}"), 5);
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"error\"}"), 0);
  const double wasted = tokens("wasted_seconds_total{model=\"tiny\",reason=\"cancelled_running\"}");
  EXPECT_GT(wasted, 0);
  EXPECT_LT(wasted, busy("prefill") + busy("decode"));
  EXPECT_EQ(tokens("wasted_seconds_total{model=\"tiny\",reason=\"error\"}"), 0);
}

TEST_F(GenerationTest, CountsTheWorkOfARequestThatWaitsAgainAsWasted) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  ticket.token(5);
  ticket.requeue();
  ticket.finish(Outcome::timeout);
  EXPECT_EQ(finished("timeout_queued"), 1);
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"timeout_queued\"}"), 5);
  EXPECT_GT(tokens("wasted_seconds_total{model=\"tiny\",reason=\"timeout_queued\"}"), 0);
}

TEST_F(GenerationTest, CountsBusyTimeAsItPasses) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  EXPECT_EQ(busy("prefill"), 0);
  ticket.token();
  const double prefill = busy("prefill");
  EXPECT_GT(prefill, 0);
  EXPECT_EQ(busy("decode"), 0);
  ticket.token();
  EXPECT_GT(busy("decode"), 0);
  EXPECT_EQ(busy("prefill"), prefill);
}

TEST_F(GenerationTest, SplitsPrefillFromDecodeWhereTheServerTells) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.prefilled();  // not yet running
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 0);
  ticket.start();
  ticket.prefilled();
  ticket.prefilled();
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 1);
  const double prefill = busy("prefill");
  EXPECT_GT(prefill, 0);
  ticket.token();
  EXPECT_GT(busy("decode"), 0);
  EXPECT_EQ(busy("prefill"), prefill);
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 0);
  ticket.finish(Outcome::completed);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_DOUBLE_EQ(tokens("prefill_seconds_sum{model=\"tiny\"}"), busy("prefill"));
  EXPECT_NEAR(tokens("decode_seconds_sum{model=\"tiny\"}"), busy("decode"), 1e-8);
}

TEST_F(GenerationTest, TakesTheFirstTokenForTheEndOfPrefillOtherwise) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.start();
  ticket.token();
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 1);
  ticket.finish(Outcome::completed);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 1);
}

TEST_F(GenerationTest, TimesCompletedRequestsOnly) {
  for (const Outcome outcome : {Outcome::cancelled, Outcome::timeout, Outcome::error}) {
    Ticket ticket = queue_.enqueue({"tiny"});
    ticket.start();
    ticket.token(2);
    ticket.token(2);
    ticket.finish(outcome);
  }
  EXPECT_EQ(tokens("duration_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(tokens("time_per_output_token_seconds_count{model=\"tiny\"}"), 0);
  queue_.enqueue({"tiny"}).finish(Outcome::completed);
  EXPECT_EQ(tokens("duration_seconds_count{model=\"tiny\"}"), 1);
}

TEST_F(GenerationTest, GivesTheMeanTimePerTokenOfARequestOnce) {
  for (int i = 0; i < 2; ++i) {
    Ticket ticket = queue_.enqueue({"tiny"});
    ticket.start();
    ticket.token(10);  // together: no time lies between them
    if (i == 1) ticket.token(5);
    ticket.finish(Outcome::completed);
  }
  EXPECT_EQ(tokens("time_per_output_token_seconds_count{model=\"tiny\"}"), 1);
  EXPECT_NEAR(tokens("time_per_output_token_seconds_sum{model=\"tiny\"}"),
              tokens("inter_token_seconds_sum{model=\"tiny\"}") / 5, 1e-12);
}

TEST_F(GenerationTest, CountsTokensBeforeTheStart) {
  Ticket ticket = queue_.enqueue({"tiny"});
  ticket.token();
  ticket.token();
  ticket.finish(Outcome::completed);
  EXPECT_EQ(tokens("tokens_total{model=\"tiny\",kind=\"completion\"}"), 2);
  EXPECT_EQ(tokens("prefill_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(tokens("decode_seconds_count{model=\"tiny\"}"), 0);
  EXPECT_EQ(busy("prefill") + busy("decode"), 0);
}

TEST_F(GenerationTest, ShowsTheKeyValueCacheOnceTheServerTells) {
  EXPECT_EQ(tokens("kv_cache_usage_ratio{model=\"tiny\"}"), -1);
  monitor_.kv_cache_usage("tiny").set(0.25);
  EXPECT_EQ(tokens("kv_cache_usage_ratio{model=\"tiny\"}"), 0.25);
}

TEST_F(GenerationTest, HasTheSeriesOfModelsThatAreNamedFromTheStart) {
  static_cast<void>(monitor_.queue({"named", 1, 1, {"tiny"}}));
  EXPECT_EQ(tokens("wasted_tokens_total{model=\"tiny\",reason=\"error\"}"), 0);
  EXPECT_EQ(tokens("tokens_total{model=\"tiny\",kind=\"completion\"}"), 0);
}

TEST_F(GenerationTest, CallsAModelThatNobodyNamedUnknown) {
  queue_.enqueue().prompt_tokens(1);
  EXPECT_EQ(tokens("tokens_total{model=\"unknown\",kind=\"prompt\"}"), 1);
}

TEST(ModelsTest, BeyondTheCapCountAsOther) {
  MonitorOptions options = silent();
  options.max_models = 2;
  Monitor monitor(options);
  Queue queue = monitor.queue({"chat", 1, 1});
  for (int i = 0; i < 10; ++i) queue.enqueue({"model-" + std::to_string(i)}).prompt_tokens(1);
  const auto prompt_tokens = [page = monitor.metrics()](const std::string& model) {
    return value_of(page,
                    "seadragon_generation_tokens_total{model=\"" + model + "\",kind=\"prompt\"}");
  };
  EXPECT_EQ(prompt_tokens("model-1"), 1);
  EXPECT_EQ(prompt_tokens("model-2"), std::nullopt);
  EXPECT_EQ(prompt_tokens("other"), 8);
  EXPECT_EQ(value_of(monitor.metrics(),
                     "seadragon_monitoring_series_dropped_total{family="
                     "\"seadragon_generation_tokens_total\"}"),
            8);
}

TEST(ModelsTest, WithALongNameCountAsOther) {
  Monitor monitor(silent());
  Queue queue = monitor.queue({"chat", 1, 1});
  queue.enqueue({std::string(1'000'000, 'x')}).prompt_tokens(1);
  const std::string page = monitor.metrics();
  EXPECT_LT(page.size(), 100'000U);
  EXPECT_EQ(value_of(page, "seadragon_generation_tokens_total{model=\"other\",kind=\"prompt\"}"),
            1);
}

}  // namespace
}  // namespace seadragon::tests
