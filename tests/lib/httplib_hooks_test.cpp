// What the user set himself: it keeps working, in every order, and is counted truthfully.
#include <atomic>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/lib/httplib_server.h"

namespace seadragon::tests {
namespace {

HandlerResponse ask_for_a_key(const Request& request, Response& response) {
  if (request.has_header("X-API-Key")) return HandlerResponse::Unhandled;
  response.status = 401;
  response.set_content("no key", "text/plain");
  return HandlerResponse::Handled;
}

void answer_ok(const Request&, Response& response) { response.set_content("ok", "text/plain"); }

template <class Subject>
class HttplibHooksTest : public HttplibServerTest<Subject> {
 protected:
  void expect_authentication() {
    EXPECT_EQ(this->status_of(this->ask("GET", "/private")), "401");
    EXPECT_EQ(this->status_of(this->ask("GET", "/private", "X-API-Key: k\r\n")), "200");
    this->expect_requests(1, "GET", "/private", 200);
  }
};
TYPED_TEST_SUITE(HttplibHooksTest, BothSubjects, SubjectNames);

TYPED_TEST(HttplibHooksTest, LeavesAuthenticationInPlaceThatWasSetBeforeTheRoutes) {
  this->subject_.before_routing(ask_for_a_key);
  this->subject_.get("/private", answer_ok);
  this->expect_authentication();
}

TYPED_TEST(HttplibHooksTest, LeavesAuthenticationInPlaceThatWasSetAfterTheRoutes) {
  this->subject_.get("/private", answer_ok);
  this->subject_.before_routing(ask_for_a_key);
  this->expect_authentication();
}

TYPED_TEST(HttplibHooksTest, RunsTheHookAfterRoutingAndKeepsItsRequestId) {
  std::atomic<int> hooks = 0;
  this->subject_.after_routing([&](const Request&, Response& response) {
    ++hooks;
    response.set_header("X-Request-ID", "mine");
  });
  this->subject_.get("/", answer_ok);
  const std::string answer = this->ask("GET", "/");
  EXPECT_EQ(hooks, 1);
  EXPECT_EQ(this->header_of(answer, "X-Request-ID"), "mine");
  EXPECT_EQ(answer.find("X-Request-ID"), answer.rfind("X-Request-ID"));
}

TYPED_TEST(HttplibHooksTest, KeepsARequestIdThatTheHandlerSetInAnySpelling) {
  this->subject_.get("/", [](const Request&, Response& response) {
    response.set_header("x-request-id", "mine");
    response.set_header("x-process-time", "7");
  });
  const std::string answer = this->ask("GET", "/");
  EXPECT_EQ(this->header_of(answer, "x-request-id"), "mine");
  EXPECT_EQ(this->header_of(answer, "X-Request-ID"), "");
  EXPECT_EQ(this->header_of(answer, "X-Process-Time"), "");
}

TYPED_TEST(HttplibHooksTest, LetsAHookTakeOurHeadersOut) {
  this->subject_.get("/", answer_ok);
  const auto ours = monitoring::httplib::post_routing(this->monitor_, nullptr);
  // Of the base, so that it runs around our hook.
  this->subject_.base().set_post_routing_handler(
      [ours](const Request& request, Response& response) {
        ours(request, response);
        response.headers.erase("X-Process-Time");
        response.headers.erase("X-Request-ID");
        response.set_header("X-Process-Time", "mine");
      });
  for (int i = 0; i < 3; ++i) {
    const std::string answer = this->ask("GET", "/");
    EXPECT_EQ(this->header_of(answer, "X-Process-Time"), "mine");
    EXPECT_EQ(this->header_of(answer, "X-Request-ID"), "");
  }
  this->expect_requests(3, "GET", "/", 200);
}

TYPED_TEST(HttplibHooksTest, CountsOnceWhereOurHookIsHungTwice) {
  this->subject_.after_routing(monitoring::httplib::post_routing(this->monitor_, nullptr));
  this->subject_.get("/", answer_ok);
  this->subject_.post("/stream", [](const Request&, Response& response) {
    response.set_content_provider(3, "text/plain", [](std::size_t, std::size_t, DataSink& sink) {
      return sink.write("abc", 3);
    });
  });
  EXPECT_EQ(this->body_of(this->ask("GET", "/")), "ok");
  EXPECT_EQ(this->body_of(this->ask("POST", "/stream", this->length("12345"), "12345")), "abc");
  this->expect_bytes(2, "response", "/");
  this->expect_bytes(3, "response", "/stream");
  this->expect_bytes(5, "request", "/stream");
}

TYPED_TEST(HttplibHooksTest, RunsTheUsersReleaserOnceAfterTheExchangeEnded) {
  std::atomic<int> releases = 0;
  std::atomic<double> in_flight = -1;
  this->subject_.get("/", [&](const Request&, Response& response) {
    response.set_content_provider(
        3, "text/plain",
        [](std::size_t, std::size_t, DataSink& sink) { return sink.write("abc", 3); },
        [&](bool success) {
          in_flight = this->at("requests_in_flight");
          releases += success ? 1 : 100;
        });
  });
  EXPECT_EQ(this->body_of(this->ask("GET", "/")), "abc");
  EXPECT_TRUE(eventually([&] { return releases == 1; }));
  EXPECT_EQ(in_flight, 0);
}

TYPED_TEST(HttplibHooksTest, LeavesErrorAndExceptionHandlersAndTheLoggerAlone) {
  std::atomic<int> logged = 0;
  this->subject_.base().set_error_handler([](const Request&, Response& response) {
    if (response.status == 404) {
      response.status = 410;
      response.set_content("gone", "text/plain");
    }
  });
  this->subject_.base().set_exception_handler(
      [](const Request&, Response& response, std::exception_ptr) {
        response.status = 503;
        response.set_content("handled", "text/plain");
      });
  this->subject_.base().set_logger([&](const Request&, const Response&) { ++logged; });
  this->subject_.get("/throws", [](const Request&, Response&) { throw std::runtime_error("no"); });
  EXPECT_EQ(this->body_of(this->ask("GET", "/lost")), "gone");
  EXPECT_EQ(this->body_of(this->ask("GET", "/throws")), "handled");
  this->expect_requests(1, "GET", "unmatched", 410);
  this->expect_requests(1, "GET", "/throws", 503);
  this->expect_outcomes(1, "/throws", "error");
  EXPECT_EQ(logged, 2);
}

TYPED_TEST(HttplibHooksTest, CountsAHookThatThrows) {
  this->subject_.before_routing(
      [](const Request&, Response&) -> HandlerResponse { throw std::runtime_error("no"); });
  EXPECT_EQ(this->status_of(this->ask("GET", "/")), "500");
  this->expect_requests(1, "GET", "unmatched", 500);
}

TYPED_TEST(HttplibHooksTest, TakesHandlersThatChange) {
  this->subject_.post("/count", [calls = 0](const Request&, Response& response) mutable {
    response.set_content(std::to_string(++calls), "text/plain");
  });
  EXPECT_EQ(this->body_of(this->ask("POST", "/count", this->length(""))), "1");
  EXPECT_EQ(this->body_of(this->ask("POST", "/count", this->length(""))), "2");
}

TYPED_TEST(HttplibHooksTest, NamesNoRequestOutsideOfAHandler) {
  this->subject_.get("/", answer_ok);
  this->ask("GET", "/");
  EXPECT_EQ(monitoring::httplib::request_id(), "");
}

// Through a reference to the base the user's setters win: figures get worse, answers do not change.

using HttplibBaseTest = HttplibServerTest<DropIn>;

TEST_F(HttplibBaseTest, KeepsTheUsersHookBeforeRouting) {
  subject_.get("/", answer_ok);
  subject_.base().set_pre_routing_handler(ask_for_a_key);
  EXPECT_EQ(status_of(ask("GET", "/")), "401");
  EXPECT_EQ(status_of(ask("GET", "/", "X-API-Key: k\r\n")), "200");
  expect_requests(1, "GET", "/", 401);
  expect_requests(1, "GET", "/", 200);
}

TEST_F(HttplibBaseTest, KeepsTheUsersHookAfterRoutingAndLeavesNothingInFlight) {
  subject_.get("/", answer_ok);
  subject_.base().set_post_routing_handler(
      [](const Request&, Response& response) { response.set_header("X-Mine", "yes"); });
  EXPECT_EQ(header_of(ask("GET", "/"), "X-Mine"), "yes");
  EXPECT_EQ(header_of(ask("GET", "/"), "X-Mine"), "yes");
  // Nobody told how they ended.
  expect_outcomes(2, "/", "server_abort");
}

TEST_F(HttplibBaseTest, CountsARouteThatItDoesNotKnow) {
  subject_.base().Get(R"(/later/(\d+))", answer_ok);
  EXPECT_EQ(status_of(ask("GET", "/later/7")), "200");
  const bool knows = monitoring::httplib::detail::tells_route<Request>;
  expect_requests(1, "GET", knows ? R"(/later/(\\d+))" : "unnamed", 200);
}

TEST(HttplibComposedTest, NamesARouteThatNobodyNamedIfTheVersionTellsIt) {
  monitoring::Monitor monitor({.log = {.console = false, .file = ""}});
  ::httplib::Server server;
  server.set_pre_routing_handler(monitoring::httplib::pre_routing(monitor));
  server.set_post_routing_handler(monitoring::httplib::post_routing(monitor));
  server.Get(R"(/plain/(\w+))", answer_ok);
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { server.listen_after_bind(); });
  ASSERT_TRUE(eventually([&] { return server.is_running(); }));
  for (int i = 0; i < 2; ++i) {
    TcpClient client(port);
    client.send("GET /plain/x HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    client.read_all();
  }
  const bool knows = monitoring::httplib::detail::tells_route<Request>;
  const std::string route = knows ? R"(/plain/(\\w+))" : "unnamed";
  EXPECT_TRUE(eventually([&] {
    return value_of(monitor.metrics(), "seadragon_http_requests_total{method=\"GET\",route=\"" +
                                           route + "\",status=\"200\"}") == 2;
  }));
  server.stop();
  serving.join();
}

}  // namespace
}  // namespace seadragon::tests
