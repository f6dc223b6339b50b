#include "seadragon/monitoring/http.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/src/request_id.h"
#include "seadragon/monitoring/monitor.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using tests::sum_of;
using tests::value_of;

class HttpTest : public testing::Test {
 protected:
  double at(const std::string& series) {
    return value_of(monitor_.metrics(), "seadragon_http_" + series).value_or(-1);
  }

  void answer(int status, HttpOutcome outcome) {
    HttpExchange exchange(monitor_, {"GET", "/v1/models"});
    exchange.route(models_);
    exchange.respond(status);
    exchange.finish(outcome);
  }

  /// The id that a request gets.
  std::string id_of(std::string_view sent) {
    const HttpExchange exchange(monitor_, {"GET", "/", sent});
    return std::string(exchange.request_id());
  }

  Monitor monitor_{{.log = {.console = false, .file = ""}}};
  HttpRoute models_ = monitor_.http_route("GET", "/v1/models");
};

TEST_F(HttpTest, ShowsARegisteredRouteBeforeItsFirstRequest) {
  for (const char* status : {"200", "400", "401", "404", "429", "500", "503"}) {
    EXPECT_EQ(at("requests_total{method=\"GET\",route=\"/v1/models\",status=\"" +
                 std::string(status) + "\"}"),
              0)
        << status;
  }
  EXPECT_EQ(at("outcomes_total{route=\"/v1/models\",outcome=\"client_abort\"}"), 0);
  EXPECT_EQ(at("requests_in_flight"), 0);
}

TEST_F(HttpTest, HasNoErrorsBeforeTheFirstOne) {
  EXPECT_EQ(at("errors_total{route=\"/v1/models\"}"), 0);
  EXPECT_EQ(at("errors_total{route=\"unmatched\"}"), 0);
}

TEST_F(HttpTest, CountsAnErrorWhateverItsStatus) {
  for (const int status : {418, 502}) answer(status, HttpOutcome::completed);
  EXPECT_EQ(at("errors_total{route=\"/v1/models\"}"), 2);
}

TEST_F(HttpTest, CountsTheErrorsOfRequestsThatNoRouteTook) {
  { HttpExchange(monitor_, {"GET", "/wp-admin"}).respond(404); }
  EXPECT_EQ(at("errors_total{route=\"unmatched\"}"), 1);
  EXPECT_EQ(at("errors_total{route=\"/v1/models\"}"), 0);
}

TEST_F(HttpTest, CountsAsManyErrorsAsItsStatusesSay) {
  for (const int status : {200, 302, 399, 400, 404, 404, 500, 599}) {
    answer(status, HttpOutcome::completed);
  }
  answer(503, HttpOutcome::client_abort);
  EXPECT_EQ(at("errors_total{route=\"/v1/models\"}"), 6);
  EXPECT_EQ(tests::errors_by_status(monitor_.metrics()), 6);
}

TEST_F(HttpTest, TakesNeitherAMissingStatusNorAClientThatLeftForAnError) {
  answer(200, HttpOutcome::client_abort);
  { const HttpExchange unanswered(monitor_, {"GET", "/v1/models"}); }
  EXPECT_EQ(sum_of(monitor_.metrics(), "seadragon_http_errors_total"), 0);
}

TEST_F(HttpTest, CountsAndTimesAnExchange) {
  HttpExchange exchange(monitor_, {"GET", "/v1/models"});
  exchange.route(models_);
  EXPECT_EQ(at("requests_in_flight"), 1);
  EXPECT_GE(exchange.respond(200), 0);
  exchange.received(10);
  exchange.sent(100);
  exchange.sent(200);
  exchange.finish(HttpOutcome::completed);
  EXPECT_EQ(at("requests_in_flight"), 0);
  EXPECT_EQ(at("requests_total{method=\"GET\",route=\"/v1/models\",status=\"200\"}"), 1);
  EXPECT_EQ(at("request_duration_seconds_count{method=\"GET\",route=\"/v1/models\"}"), 1);
  EXPECT_EQ(at("time_to_first_byte_seconds_count{route=\"/v1/models\"}"), 1);
  EXPECT_EQ(at("outcomes_total{route=\"/v1/models\",outcome=\"completed\"}"), 1);
  EXPECT_EQ(at("request_bytes_total{route=\"/v1/models\"}"), 10);
  EXPECT_EQ(at("response_bytes_total{route=\"/v1/models\"}"), 300);
}

TEST_F(HttpTest, TakesTheHeadForTheFirstByteOfABodyThatGoesWithIt) {
  HttpExchange exchange(monitor_, {"GET", "/v1/models"});
  exchange.route(models_);
  const double seconds = exchange.respond(200, 100);
  exchange.finish(HttpOutcome::completed);
  EXPECT_EQ(at("response_bytes_total{route=\"/v1/models\"}"), 100);
  EXPECT_DOUBLE_EQ(at("time_to_first_byte_seconds_sum{route=\"/v1/models\"}"), seconds);
}

TEST_F(HttpTest, CountsConnectionsThatWaitThatWereTakenAndThatWereRefused) {
  {
    HttpConnection first(monitor_), second(monitor_);
    EXPECT_EQ(at("connections_waiting"), 2);
    first.start();
    first.start();
    EXPECT_EQ(at("connections_waiting"), 1);
  }
  EXPECT_EQ(at("connections_waiting"), 0);
  EXPECT_EQ(at("connection_wait_seconds_count"), 1);
  EXPECT_EQ(at("connections_refused_total"), 1);
}

TEST_F(HttpTest, CountsAServerErrorAsOutcomeError) {
  HttpExchange exchange(monitor_, {"GET", "/v1/models"});
  exchange.route(models_);
  exchange.respond(503);
  exchange.finish(HttpOutcome::completed);
  EXPECT_EQ(at("outcomes_total{route=\"/v1/models\",outcome=\"error\"}"), 1);
}

TEST_F(HttpTest, CountsAnExchangeThatWasNeverFinishedAsServerAbort) {
  { const HttpExchange exchange(monitor_, {"GET", "/v1/models"}); }
  EXPECT_EQ(at("outcomes_total{route=\"unmatched\",outcome=\"server_abort\"}"), 1);
  EXPECT_EQ(at("requests_total{method=\"GET\",route=\"unmatched\",status=\"unknown\"}"), 1);
  EXPECT_EQ(at("requests_in_flight"), 0);
}

TEST_F(HttpTest, FinishesOnce) {
  HttpExchange exchange(monitor_, {"GET", "/v1/models"});
  exchange.respond(200);
  exchange.finish(HttpOutcome::client_abort);
  exchange.finish(HttpOutcome::completed);
  EXPECT_EQ(at("outcomes_total{route=\"unmatched\",outcome=\"client_abort\"}"), 1);
  EXPECT_EQ(at("outcomes_total{route=\"unmatched\",outcome=\"completed\"}"), 0);
}

TEST_F(HttpTest, GivesAForkedProcessOtherRequestIds) {
  const std::string before = id_of("");
  std::array<int, 2> ends;
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const RequestId made = make_request_id();
    const std::string_view id = made;
    _exit(write(ends[1], id.data(), id.size()) == 32 ? 0 : 1);
  }
  std::string id(32, '\0');
  EXPECT_EQ(read(ends[0], id.data(), id.size()), 32);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_NE(std::string_view(id), std::string_view(make_request_id()));
}

TEST_F(HttpTest, MakesNoSeriesFromWhatStrangersSend) {
  { HttpExchange(monitor_, {"BREW", "/x"}).respond(404); }
  const std::size_t size = monitor_.metrics().size();
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "/wp-admin/" + std::to_string(i);
    HttpExchange exchange(monitor_, {"M" + std::to_string(i), path});
    exchange.respond(404);
  }
  EXPECT_LT(monitor_.metrics().size(), size + 1000);  // longer numbers, no new line
  EXPECT_EQ(at("requests_total{method=\"other\",route=\"unmatched\",status=\"404\"}"), 1001);
}

TEST_F(HttpTest, CountsFurtherRoutesAsOtherWhenThereAreTooMany) {
  for (int i = 0; i < 1001; ++i) {
    HttpExchange exchange(monitor_, {"GET", "/"});
    exchange.route(monitor_.http_route("GET", "/route/" + std::to_string(i)));
    exchange.respond(200);
  }
  // One place was taken before, so two routes found none.
  EXPECT_EQ(at("errors_total{route=\"other\"}"), 0);
  EXPECT_EQ(at("requests_total{method=\"GET\",route=\"other\",status=\"200\"}"), 2);
}

TEST_F(HttpTest, KeepsARequestIdThatIsSafe) {
  const std::string longest(64, 'a');
  for (const std::string& id : {std::string("a"), std::string("Client.7_x-9"), longest}) {
    EXPECT_EQ(id_of(id), id);
  }
}

TEST_F(HttpTest, MakesARequestIdWhereTheClientsIsMissingOrUnsafe) {
  for (const std::string& id :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\r\nSet-Cookie: x"),
        std::string("\xC3\xA4"), std::string("a\0b", 3)}) {
    const HttpExchange exchange(monitor_, {"GET", "/", id});
    EXPECT_THAT(std::string(exchange.request_id()), MatchesRegex("[0-9a-f]{32}")) << id;
  }
}

TEST_F(HttpTest, MakesEveryRequestIdOnce) { EXPECT_NE(id_of(""), id_of("")); }

}  // namespace
}  // namespace seadragon::monitoring
