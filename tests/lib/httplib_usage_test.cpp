#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "seadragon/monitoring/httplib.h"
#include "seadragon/monitoring/monitor.h"
#include "tests/eventually.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using ::httplib::Client;
using ::httplib::Request;
using ::httplib::Response;
using tests::eventually;
using tests::value_of;

class HttplibUsageTest : public testing::Test {
 protected:
  HttplibUsageTest() {
    server_.set_caller_resolver([](const Request& request) -> std::optional<Caller> {
      const std::string key = request.get_header_value("X-API-Key");
      if (key == "throws") throw std::runtime_error("no database");
      if (key != "sk-secret") return std::nullopt;
      return Caller{"7", "laptop"};
    });
    server_.Get(
        "/", [](const Request&, Response& response) { response.set_content("ok", "text/plain"); });
    server_.Get("/chat", [this](const Request&, Response& response) {
      Ticket ticket = queue_.enqueue({"llama", httplib::usage()});
      ticket.run([&] { ticket.token(5); });
      response.set_content("ok", "text/plain");
    });
  }

  ~HttplibUsageTest() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Client listen(const std::string& key) {
    const int port = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    eventually([&] { return server_.is_running(); });
    Client client("127.0.0.1", port);
    if (!key.empty()) client.set_default_headers({{"X-API-Key", key}});
    return client;
  }

  /// A client has its answer a moment before the server has closed its books on it.
  bool becomes(const std::string& series, double value) {
    return eventually(
        [&] { return value_of(monitor_.metrics(), "seadragon_usage_" + series) == value; });
  }

  Monitor monitor_{{.log = {.console = false, .file = ""}}};
  Queue queue_ = monitor_.queue({"chat", 8, 1});
  httplib::Server<> server_{monitor_};
  std::thread thread_;
};

TEST_F(HttplibUsageTest, CountsRequestsAndErrorsForWhomTheResolverNames) {
  Client client = listen("sk-secret");
  ASSERT_EQ(client.Get("/")->status, 200);
  ASSERT_EQ(client.Get("/none")->status, 404);
  EXPECT_TRUE(becomes(R"(requests_total{user="7",api_key="laptop"})", 2));
  EXPECT_TRUE(becomes(R"(errors_total{user="7",api_key="laptop"})", 1));
}

TEST_F(HttplibUsageTest, CountsTokensThroughTheTicketOfAHandler) {
  ASSERT_EQ(listen("sk-secret").Get("/chat")->status, 200);
  EXPECT_TRUE(becomes(R"(tokens_total{user="7",api_key="laptop",kind="completion"})", 5));
}

TEST_F(HttplibUsageTest, CountsStrangersForNobody) {
  ASSERT_EQ(listen("sk-other").Get("/chat")->status, 200);
  const std::string page = monitor_.metrics();
  EXPECT_EQ(page.find("user="), std::string::npos) << page;
}

TEST_F(HttplibUsageTest, AnswersAlthoughTheResolverThrows) {
  ASSERT_EQ(listen("throws").Get("/")->status, 200);
  EXPECT_TRUE(becomes(R"(requests_total{user="error",api_key="error"})", 1));
}

TEST_F(HttplibUsageTest, LetsNoKeyOutOfTheResolver) {
  Client client = listen("sk-secret");
  const auto result = client.Get("/");
  EXPECT_TRUE(becomes(R"(requests_total{user="7",api_key="laptop"})", 1));
  EXPECT_EQ(monitor_.metrics().find("sk-secret"), std::string::npos);
  for (const auto& [name, value] : result->headers) EXPECT_NE(value, "sk-secret") << name;
}

}  // namespace
}  // namespace seadragon::monitoring
