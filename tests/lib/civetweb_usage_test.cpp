// Who asked a CivetWeb server, and from where.
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "seadragon/monitoring/civetweb.h"
#include "tests/lib/civetweb_server.h"

namespace seadragon::monitoring {
namespace {

using tests::eventually;
using tests::status_of;

std::optional<Caller> caller_of(const mg_connection* connection) {
  const char* header = mg_get_header(connection, "X-API-Key");
  const std::string key = header != nullptr ? header : "";
  if (key == "throws") throw std::runtime_error("no database");
  if (key != "sk-secret") return std::nullopt;
  return Caller{"7", "laptop"};
}

class CivetwebUsageTest : public tests::CivetwebFixture {
 protected:
  CivetwebUsageTest() {
    const auto instrumentation = civetweb::instrument(callbacks_, monitor_, caller_of);
    context_ = tests::start_civetweb(callbacks_, nullptr);
    civetweb::set_request_handler(context_, "/chat", chat, &queue_);
  }

  static int chat(mg_connection* connection, void* queue) {
    Ticket ticket = static_cast<Queue*>(queue)->enqueue({"llama", civetweb::usage()});
    ticket.run([&] { ticket.token(5); });
    mg_send_http_ok(connection, "text/plain", 2);
    mg_write(connection, "ok", 2);
    return 200;
  }

  std::string ask_with(const std::string& key, const std::string& path = "/chat") {
    return ask("GET", path, "X-API-Key: " + key + "\r\n");
  }

  bool usage_becomes(const std::string& series, double value) {
    return eventually(
        [&] { return tests::value_of(monitor_.metrics(), "seadragon_usage_" + series) == value; });
  }

  Queue queue_ = monitor_.queue({"chat", 8, 1});
};

TEST_F(CivetwebUsageTest, CountsRequestsErrorsAndTokensForWhomTheResolverNames) {
  EXPECT_EQ(status_of(ask_with("sk-secret")), "200");
  EXPECT_EQ(status_of(ask_with("sk-secret", "/none")), "404");
  EXPECT_TRUE(usage_becomes(R"(requests_total{user="7",api_key="laptop"})", 2));
  EXPECT_TRUE(usage_becomes(R"(errors_total{user="7",api_key="laptop"})", 1));
  EXPECT_TRUE(usage_becomes(R"(tokens_total{user="7",api_key="laptop",kind="completion"})", 5));
}

TEST_F(CivetwebUsageTest, CountsStrangersForNobodyAndLetsNoKeyOut) {
  EXPECT_EQ(status_of(ask_with("sk-other")), "200");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/chat", "200"); }));
  const std::string page = monitor_.metrics();
  EXPECT_EQ(page.find("user="), std::string::npos) << page;
  EXPECT_EQ(page.find("sk-other"), std::string::npos);
}

TEST_F(CivetwebUsageTest, AnswersAlthoughTheResolverThrows) {
  EXPECT_EQ(status_of(ask_with("throws")), "200");
  EXPECT_TRUE(usage_becomes(R"(requests_total{user="error",api_key="error"})", 1));
}

TEST_F(CivetwebUsageTest, BelievesTrustedProxiesInHoweverManyHeaders) {
  Monitor monitor{{.log = {.console = false, .file = ""}, .trusted_proxies = {"127.0.0.1"}}};
  mg_callbacks callbacks{};
  static std::string client;
  const auto instrumentation = civetweb::instrument(callbacks, monitor);
  mg_context* context = tests::start_civetweb(callbacks, nullptr);
  civetweb::set_request_handler(
      context, "/",
      [](mg_connection* connection, void*) {
        client = civetweb::detail::current().exchange->client();
        mg_send_http_ok(connection, "text/plain", 0);
        return 200;
      },
      nullptr);
  tests::TcpClient tcp(tests::port_of(context));
  tcp.send(
      "GET / HTTP/1.0\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2, 127.0.0.1\r\n"
      "\r\n");
  tcp.read_all();
  tests::stop_civetweb(context);
  EXPECT_EQ(client, "192.0.2.2");
}

}  // namespace
}  // namespace seadragon::monitoring
