#include "seadragon/monitoring/usage.h"

#include <string>

#include <gtest/gtest.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using tests::value_of;

class UsageTest : public testing::Test {
 protected:
  /// -1: there is no such series.
  double at(const std::string& series) {
    return value_of(monitor_.metrics(), "seadragon_usage_" + series).value_or(-1);
  }

  void ask(const Caller& caller, int status) {
    HttpExchange exchange(monitor_, {"GET", "/v1/models"});
    exchange.identify(caller);
    exchange.respond(status);
    exchange.finish(HttpOutcome::completed);
  }

  Monitor monitor_{{.log = {.console = false, .file = ""}, .max_callers = 3}};
};

TEST_F(UsageTest, CountsRequestsAndErrorsOfEachUserAndKey) {
  ask({"7", "laptop"}, 200);
  ask({"7", "laptop"}, 399);
  ask({"7", "laptop"}, 400);
  ask({"7", "phone"}, 503);
  EXPECT_EQ(at(R"(requests_total{user="7",api_key="laptop"})"), 3);
  EXPECT_EQ(at(R"(errors_total{user="7",api_key="laptop"})"), 1);
  EXPECT_EQ(at(R"(requests_total{user="7",api_key="phone"})"), 1);
  EXPECT_EQ(at(R"(errors_total{user="7",api_key="phone"})"), 1);
}

TEST_F(UsageTest, ShowsACallerWithZerosBeforeItsFirstRequestEnds) {
  const Usage usage = monitor_.usage({"7", "laptop"});
  static_cast<void>(usage);
  EXPECT_EQ(at(R"(requests_total{user="7",api_key="laptop"})"), 0);
  EXPECT_EQ(at(R"(errors_total{user="7",api_key="laptop"})"), 0);
  EXPECT_EQ(at(R"(tokens_total{user="7",api_key="laptop",kind="prompt"})"), 0);
  EXPECT_EQ(at(R"(tokens_total{user="7",api_key="laptop",kind="completion"})"), 0);
}

TEST_F(UsageTest, CountsNobodyWhoWasNotIdentified) {
  HttpExchange exchange(monitor_, {"GET", "/v1/models"});
  exchange.respond(200);
  exchange.finish(HttpOutcome::completed);
  EXPECT_EQ(monitor_.metrics().find("user="), std::string::npos);
}

TEST_F(UsageTest, CountsForTheCallerThatWasNamedLast) {
  HttpExchange exchange(monitor_, {"GET", "/v1/models"});
  exchange.identify({"7", "laptop"});
  exchange.identify({"8", "laptop"});
  exchange.respond(200);
  exchange.finish(HttpOutcome::completed);
  EXPECT_EQ(at(R"(requests_total{user="7",api_key="laptop"})"), 0);
  EXPECT_EQ(at(R"(requests_total{user="8",api_key="laptop"})"), 1);
}

TEST_F(UsageTest, CountsTheTokensOfATicketForItsCaller) {
  Queue queue = monitor_.queue({"chat", 8, 1});
  Ticket ticket = queue.enqueue({"llama", monitor_.usage({"7", "laptop"})});
  ticket.start();
  ticket.prompt_tokens(812);
  ticket.token();
  Ticket moved = std::move(ticket);
  moved.token(3);
  moved.finish(Outcome::cancelled);  // produced all the same
  EXPECT_EQ(at(R"(tokens_total{user="7",api_key="laptop",kind="prompt"})"), 812);
  EXPECT_EQ(at(R"(tokens_total{user="7",api_key="laptop",kind="completion"})"), 4);
}

TEST_F(UsageTest, CountsCallersBeyondTheCapAsOtherAndTellsHowOften) {
  for (const char* user : {"1", "2", "3", "4", "5", "1"}) ask({user, "key"}, 200);
  EXPECT_EQ(at(R"(requests_total{user="1",api_key="key"})"), 2);
  EXPECT_EQ(at(R"(requests_total{user="3",api_key="key"})"), 1);
  EXPECT_EQ(at(R"(requests_total{user="4",api_key="key"})"), -1);
  EXPECT_EQ(at(R"(requests_total{user="other",api_key="other"})"), 2);
  EXPECT_EQ(value_of(monitor_.metrics(),
                     "seadragon_monitoring_series_dropped_total"
                     R"({family="seadragon_usage_requests_total"})"),
            2);
}

TEST_F(UsageTest, NamesWhatIsEmptyAndWhatCannotBeALabel) {
  ask({"", "key"}, 200);
  ask({"7", std::string(65, 'k')}, 200);
  ask({"two\nlines", "key"}, 200);
  EXPECT_EQ(at(R"(requests_total{user="none",api_key="key"})"), 1);
  EXPECT_EQ(at(R"(requests_total{user="7",api_key="other"})"), 1);
  EXPECT_EQ(at(R"(requests_total{user="other",api_key="key"})"), 1);
}

TEST_F(UsageTest, KeepsAnIdOf64BytesWhole) {
  const std::string id(64, 'u');
  ask({id, id}, 200);
  EXPECT_EQ(at("requests_total{user=\"" + id + "\",api_key=\"" + id + "\"}"), 1);
}

}  // namespace
}  // namespace seadragon::monitoring
