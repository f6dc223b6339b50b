#include "seadragon/monitoring/httplib.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/eventually.h"
#include "tests/lib/tcp_client.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using ::httplib::Client;
using ::httplib::ContentReader;
using ::httplib::DataSink;
using ::httplib::Request;
using ::httplib::Response;
using testing::MatchesRegex;
using tests::eventually;
using tests::TcpClient;
using tests::value_of;

class HttplibTest : public testing::Test {
 protected:
  HttplibTest() {
    server_.Get("/plain", [](const Request&, Response& response) {
      response.set_content("0123456789", "text/plain");
    });
    server_.Get(R"(/models/(\w+))", [](const Request&, Response& response) {
      response.set_content("{}", "application/json");
    });
    server_.Post("/echo", [](const Request& request, Response& response) {
      response.set_content(request.body, "text/plain");
    });
    server_.Post("/upload", [](const Request&, Response& response, const ContentReader& read) {
      std::size_t bytes = 0;
      read([&](const char*, std::size_t count) {
        bytes += count;
        return true;
      });
      response.set_content(std::to_string(bytes), "text/plain");
    });
    server_.Get("/throws", [](const Request&, Response&) { throw std::runtime_error("no"); });
    server_.Get("/id", [](const Request&, Response& response) {
      response.set_content(httplib::request_id(), "text/plain");
    });
    server_.Get("/stream",
                [this](const Request& request, Response& response) { stream(request, response); });
  }

  ~HttplibTest() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
    EXPECT_EQ(at("requests_in_flight"), 0);
  }

  /// /stream?end=done|false|abort|never: three chunks, then the given end.
  static void stream(const Request& request, Response& response) {
    const std::string end = request.get_param_value("end");
    response.set_chunked_content_provider(
        "text/event-stream", [end, chunks = 0](std::size_t, DataSink& sink) mutable {
          if (end != "never" && ++chunks > 3) {
            if (end != "abort") sink.done();
            return end == "done";
          }
          std::this_thread::sleep_for(std::chrono::milliseconds(5));  // a token takes its time
          return sink.write("token\n", 6);
        });
  }

  Client listen() {
    const int port = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    eventually([&] { return server_.is_running(); });
    port_ = port;
    return Client("127.0.0.1", port);
  }

  double at(const std::string& series) {
    return value_of(monitor_.metrics(), "seadragon_http_" + series).value_or(-1);
  }
  double requests(const std::string& method, const std::string& route, int status) {
    return at("requests_total{method=\"" + method + "\",route=\"" + route + "\",status=\"" +
              std::to_string(status) + "\"}");
  }
  double outcomes(const std::string& route, const std::string& outcome) {
    return at("outcomes_total{route=\"" + route + "\",outcome=\"" + outcome + "\"}");
  }
  /// A client has its answer a moment before the server has closed its books on it.
  bool is_one(const std::function<double()>& value) {
    return eventually([&] { return value() == 1; });
  }

  Monitor monitor_{{.log = {.console = false, .file = ""}}};
  httplib::Server<> server_{monitor_};
  std::thread thread_;
  int port_ = 0;
};

TEST_F(HttplibTest, CountsAnAnswerByMethodRouteAndStatus) {
  const auto result = listen().Get("/plain?key=secret");
  EXPECT_EQ(result->body, "0123456789");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", 200); }));
  EXPECT_TRUE(is_one([&] { return outcomes("/plain", "completed"); }));
  EXPECT_TRUE(eventually([&] { return at("response_bytes_total{route=\"/plain\"}") == 10; }));
}

TEST_F(HttplibTest, AnswersWithRequestIdAndProcessTime) {
  Client client = listen();
  const auto result = client.Get("/id", {{"X-Request-ID", "client-7"}});
  EXPECT_EQ(result->get_header_value("X-Request-ID"), "client-7");
  EXPECT_EQ(result->body, "client-7");
  EXPECT_THAT(result->get_header_value("X-Process-Time"), MatchesRegex("0\\.[0-9]{6}"));
  EXPECT_THAT(client.Get("/id")->get_header_value("X-Request-ID"), MatchesRegex("[0-9a-f]{32}"));
}

TEST_F(HttplibTest, NamesARouteByItsPattern) {
  Client client = listen();
  client.Get("/models/a");
  client.Get("/models/b");
  EXPECT_TRUE(eventually([&] { return requests("GET", R"(/models/(\\w+))", 200) == 2; }));
}

TEST_F(HttplibTest, CountsWhatNoRouteTookAsUnmatched) {
  EXPECT_EQ(listen().Get("/wp-login.php")->status, 404);
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", 404); }));
}

TEST_F(HttplibTest, CountsHeadAndRequestBodies) {
  Client client = listen();
  EXPECT_EQ(client.Head("/plain")->status, 200);
  EXPECT_EQ(client.Post("/echo", "abcd", "text/plain")->body, "abcd");
  EXPECT_EQ(client.Post("/upload", "abcdef", "text/plain")->body, "6");
  EXPECT_TRUE(is_one([&] { return requests("HEAD", "/plain", 200); }));
  EXPECT_TRUE(is_one([&] { return requests("POST", "/upload", 200); }));
  EXPECT_TRUE(eventually([&] { return at("request_bytes_total{route=\"/echo\"}") == 4; }));
  EXPECT_TRUE(eventually([&] { return at("request_bytes_total{route=\"/upload\"}") == 6; }));
  EXPECT_EQ(at("response_bytes_total{route=\"/plain\"}"), 0);
}

TEST_F(HttplibTest, CountsAHandlerThatThrows) {
  EXPECT_EQ(listen().Get("/throws")->status, 500);
  EXPECT_TRUE(is_one([&] { return requests("GET", "/throws", 500); }));
  EXPECT_TRUE(is_one([&] { return outcomes("/throws", "error"); }));
}

TEST_F(HttplibTest, TimesAStreamToItsLastByte) {
  EXPECT_EQ(listen().Get("/stream?end=done")->body, "token\ntoken\ntoken\n");
  EXPECT_TRUE(is_one([&] { return outcomes("/stream", "completed"); }));
  EXPECT_TRUE(eventually([&] { return at("response_bytes_total{route=\"/stream\"}") == 18; }));
  const double all = at("request_duration_seconds_sum{method=\"GET\",route=\"/stream\"}");
  const double first = at("time_to_first_byte_seconds_sum{route=\"/stream\"}");
  EXPECT_GE(first, 0.005);
  EXPECT_GE(all, first + 0.010);
}

TEST_F(HttplibTest, TakesAProviderThatEndsWithFalseForComplete) {
  listen().Get("/stream?end=false");
  EXPECT_TRUE(is_one([&] { return outcomes("/stream", "completed"); }));
}

TEST_F(HttplibTest, TellsAServerThatBreaksOff) {
  listen().Get("/stream?end=abort");
  EXPECT_TRUE(is_one([&] { return outcomes("/stream", "server_abort"); }));
  EXPECT_EQ(requests("GET", "/stream", 200), 1);
}

TEST_F(HttplibTest, TellsAClientThatLeaves) {
  listen();
  TcpClient client(port_);
  client.send("GET /stream?end=never HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("token");
  EXPECT_EQ(at("requests_in_flight"), 1);
  client.reset();
  EXPECT_TRUE(is_one([&] { return outcomes("/stream", "client_abort"); }));
  EXPECT_TRUE(eventually([&] { return at("requests_in_flight") == 0; }));
}

TEST_F(HttplibTest, CountsARequestThatCannotBeParsed) {
  listen();
  TcpClient client(port_);
  client.send("GET " + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n").substr(9, 3), "414");
  // cpp-httplib gave up before it knew the method.
  EXPECT_TRUE(is_one([&] { return requests("other", "unmatched", 414); }));
}

TEST_F(HttplibTest, CountsEachRequestOfAConnection) {
  Client client = listen();
  client.set_keep_alive(true);
  for (int i = 0; i < 4; ++i) client.Get("/plain");
  EXPECT_TRUE(eventually([&] { return requests("GET", "/plain", 200) == 4; }));
}

TEST_F(HttplibTest, LeavesTheUsersAuthenticationInPlaceAndCountsItsRefusals) {
  server_.set_pre_routing_handler([](const Request& request, Response& response) {
    if (request.has_header("X-API-Key")) return ::httplib::Server::HandlerResponse::Unhandled;
    response.status = 401;
    return ::httplib::Server::HandlerResponse::Handled;
  });
  Client client = listen();
  EXPECT_EQ(client.Get("/plain")->status, 401);
  EXPECT_EQ(client.Get("/plain", {{"X-API-Key", "k"}})->status, 200);
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", 401); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", 200); }));
}

TEST_F(HttplibTest, RunsTheUsersHooksAndReleaserOnce) {
  std::atomic<int> hooks = 0, releases = 0;
  server_.set_post_routing_handler([&](const Request&, Response& response) {
    ++hooks;
    response.set_header("X-Request-ID", "mine");
  });
  server_.set_exception_handler(
      [&](const Request&, Response& response, std::exception_ptr) { response.status = 599; });
  server_.Get("/released", [&](const Request&, Response& response) {
    response.set_content_provider(
        3, "text/plain",
        [](std::size_t, std::size_t, DataSink& sink) { return sink.write("abc", 3); },
        [&](bool) { ++releases; });
  });
  Client client = listen();
  const auto result = client.Get("/released");
  EXPECT_EQ(result->body, "abc");
  EXPECT_EQ(result->get_header_value_count("X-Request-ID"), 1U);
  EXPECT_EQ(result->get_header_value("X-Request-ID"), "mine");
  EXPECT_TRUE(is_one([&] { return releases.load(); }));
  EXPECT_EQ(hooks, 1);
  EXPECT_TRUE(is_one([&] { return outcomes("/released", "completed"); }));
  EXPECT_EQ(client.Get("/throws")->status, 599);
}

TEST_F(HttplibTest, ServesRangesOfAProvider) {
  server_.Get("/ranges", [](const Request&, Response& response) {
    response.set_content_provider(10, "text/plain",
                                  [](std::size_t offset, std::size_t length, DataSink& sink) {
                                    return sink.write(&"0123456789"[offset], length);
                                  });
  });
  const auto result = listen().Get("/ranges", {{"Range", "bytes=0-1,4-5"}});
  EXPECT_EQ(result->status, 206);
  EXPECT_TRUE(is_one([&] { return outcomes("/ranges", "completed"); }));
  EXPECT_TRUE(eventually([&] { return at("response_bytes_total{route=\"/ranges\"}") == 4; }));
}

TEST_F(HttplibTest, TellsAStreamThatTheServerCutOffWhenItStopped) {
  listen();
  TcpClient client(port_);
  client.send("GET /stream?end=never HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("token");
  server_.stop();
  EXPECT_TRUE(is_one([&] { return outcomes("/stream", "server_abort"); }));
}

TEST_F(HttplibTest, TakesHandlersThatChange) {
  server_.Post("/count", [calls = 0](const Request&, Response& response) mutable {
    response.set_content(std::to_string(++calls), "text/plain");
  });
  EXPECT_EQ(listen().Post("/count", "", "text/plain")->body, "1");
}

TEST_F(HttplibTest, CannotBeMadeToSplitAnAnswerByARequestId) {
  listen();
  TcpClient client(port_);
  client.send(
      "GET /plain HTTP/1.1\r\nHost: x\r\nX-Request-ID: a%0d%0aSet-Cookie:%20b\r\n"
      "Connection: close\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos) << answer;
}

TEST_F(HttplibTest, MakesNoSeriesFromPathsAndMethods) {
  Client client = listen();
  client.Get("/x");
  ASSERT_TRUE(is_one([&] { return requests("GET", "unmatched", 404); }));
  const std::size_t size = monitor_.metrics().size();
  for (int i = 0; i < 50; ++i) client.Get("/" + std::to_string(i));
  ASSERT_TRUE(eventually([&] { return requests("GET", "unmatched", 404) == 51; }));
  EXPECT_LT(monitor_.metrics().size(), size + 200);  // longer numbers, no new line
}

}  // namespace
}  // namespace seadragon::monitoring
