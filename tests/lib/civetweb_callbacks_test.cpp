// Servers and their callbacks, the user's and ours, without interception.
#include <atomic>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/civetweb.h"
#include "tests/certificates.h"
#include "tests/lib/civetweb_server.h"
#include "tests/temporary_folder.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using tests::body_of;
using tests::port_of;
using tests::start_civetweb;
using tests::status_of;
using tests::TcpClient;

int plain(mg_connection* connection, void*) {
  mg_printf(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  return 200;
}
int throws(mg_connection*, void*) { throw std::runtime_error("no"); }

class CivetwebCallbacksTest : public tests::CivetwebFixture {
 protected:
  void start(const std::vector<const char*>& options = {}) {
    const auto instrumentation = civetweb::instrument(callbacks_, monitor_);
    context_ = start_civetweb(callbacks_, this, options);
    ASSERT_NE(context_, nullptr);
    civetweb::set_request_handler(context_, "/plain", plain, nullptr);
  }
  void route(const char* uri, mg_request_handler handler, void* data = nullptr) {
    civetweb::set_request_handler(context_, uri, handler, data);
  }
};

/// Counts what CivetWeb calls.
struct Calls {
  std::atomic<int> begin = 0, end = 0, log = 0, error = 0, init = 0, exit = 0;
} calls;

using CivetwebCallbacksDeathTest = CivetwebCallbacksTest;

TEST_F(CivetwebCallbacksTest, CallsTheUsersCallbacksOncePerRequest) {
  for (auto* count :
       {&calls.begin, &calls.end, &calls.log, &calls.error, &calls.init, &calls.exit}) {
    *count = 0;
  }
  callbacks_.begin_request = [](mg_connection*) { return 0 * ++calls.begin; };
  callbacks_.end_request = [](const mg_connection*, int) { ++calls.end; };
  callbacks_.log_access = [](const mg_connection*, const char*) {
    EXPECT_NE(civetweb::request_id(), "");
    return 1 + 0 * ++calls.log;
  };
  callbacks_.http_error = [](mg_connection* connection, int, const char*) {
    ++calls.error;
    mg_printf(connection, "HTTP/1.1 404 Own\r\nContent-Length: 3\r\nConnection: close\r\n\r\nown");
    return 0;
  };
  callbacks_.init_context = [](const mg_context*) { ++calls.init; };
  callbacks_.exit_context = [](const mg_context*) { ++calls.exit; };
  const auto log = std::filesystem::temp_directory_path() /
                   ("civetweb_test." + std::to_string(::getpid()) + ".log");
  start({"access_log_file", log.c_str()});
  ask("GET", "/plain");
  EXPECT_EQ(body_of(ask("GET", "/none")), "own");
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "404"); }));
  stop();
  EXPECT_EQ(calls.begin, 2);
  EXPECT_EQ(calls.end, 2);
  EXPECT_EQ(calls.log, 2);
  EXPECT_EQ(calls.error, 1);
  EXPECT_EQ(calls.init, 1);
  EXPECT_EQ(calls.exit, 1);
  EXPECT_EQ(std::filesystem::file_size(log), 0U);  // returned 1: it logs by itself
  std::filesystem::remove(log);
}

TEST_F(CivetwebCallbacksTest, CountsARefusalOfTheUsersBeginRequest) {
  callbacks_.begin_request = [](mg_connection* connection) {
    if (mg_get_header(connection, "X-API-Key") != nullptr) return 0;
    mg_printf(connection, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    return 401;
  };
  start();
  EXPECT_EQ(status_of(ask("GET", "/plain")), "401");
  EXPECT_EQ(status_of(ask("GET", "/plain", "X-API-Key: k\r\n")), "200");
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "401"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", "200"); }));
}

TEST_F(CivetwebCallbacksTest, CountsAWebSocketUntilItIsClosed) {
  ASSERT_NE(mg_check_feature(MG_FEATURES_WEBSOCKET), 0U);
  start();
  civetweb::set_websocket_handler(
      context_, "/socket", nullptr,
      [](mg_connection* connection, void*) {
        mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_TEXT, "hello", 5);
      },
      [](mg_connection*, int, char*, std::size_t, void*) { return 1; }, nullptr, nullptr);
  civetweb::set_websocket_handler(
      context_, "/refused", [](const mg_connection*, void*) { return 1; }, nullptr, nullptr,
      nullptr, nullptr);
  const std::string upgrade =
      "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  TcpClient client(port_of(context_));
  client.send("GET /socket HTTP/1.1\r\n" + upgrade);
  EXPECT_THAT(client.read_until("hello"), HasSubstr("101 Switching"));
  EXPECT_EQ(at("requests_in_flight"), 1);
  client.reset();
  EXPECT_TRUE(is_one([&] { return requests("GET", "/socket", "101"); }));
  EXPECT_EQ(outcomes("/socket", "completed"), 1);

  TcpClient refused(port_of(context_));
  refused.send("GET /refused HTTP/1.1\r\n" + upgrade);
  EXPECT_EQ(refused.read_all(), "");
  EXPECT_TRUE(is_one([&] { return outcomes("/refused", "server_abort"); }));
}

TEST_F(CivetwebCallbacksTest, CountsRequestsOverTls) {
  ASSERT_NE(::dlopen(SEADRAGON_OPENSSL_FOR_CIVETWEB, RTLD_NOW | RTLD_GLOBAL), nullptr)
      << ::dlerror();
  ASSERT_NE(mg_init_library(MG_FEATURES_TLS) & MG_FEATURES_TLS, 0U);
  const TemporaryFolder folder;
  const KeyAndCertificate own = CertificateAuthority().issue("DNS:localhost");
  folder.write("server.pem", own.certificate + own.key);
  const std::string certificate = folder.path("server.pem");
  start({"listening_ports", "127.0.0.1:0s", "ssl_certificate", certificate.c_str()});
  char error[256] = "";
  mg_connection* client = mg_download("127.0.0.1", port_of(context_), 1, error, sizeof error, "%s",
                                      "GET /plain HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_NE(client, nullptr) << error;
  mg_close_connection(client);
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", "200"); }));
}

TEST_F(CivetwebCallbacksTest, WatchesManyServersAndFreesTheirPlaces) {
  const auto start_one = [&] {
    mg_callbacks callbacks{};
    const auto instrumentation = civetweb::instrument(callbacks, monitor_);
    const char* options[] = {"listening_ports", "127.0.0.1:0", "num_threads", "1", nullptr};
    return mg_start(&callbacks, nullptr, options);
  };
  std::vector<mg_context*> servers;
  servers.reserve(20);
  for (int i = 0; i < 20; ++i) servers.push_back(start_one());
  for (mg_context* server : servers) {
    TcpClient client(port_of(server));
    client.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(status_of(client.read_all()), "404");
  }
  EXPECT_TRUE(becomes(20, [&] { return requests("GET", "unmatched", "404"); }));
  for (mg_context* server : servers) tests::stop_civetweb(server);
  // More than there are places, one at a time; those that never start included.
  for (int i = 0; i < 70; ++i) {
    mg_callbacks callbacks{};
    const auto instrumentation = civetweb::instrument(callbacks, monitor_);
    const char* options[] = {"no_such_option", "1", nullptr};
    EXPECT_EQ(mg_start(&callbacks, nullptr, options), nullptr);
  }
}

TEST_F(CivetwebCallbacksTest, RefusesMoreServersThanItHasPlacesFor) {
  std::vector<civetweb::Instrumentation> held;
  held.reserve(65);
  std::vector<mg_callbacks> callbacks(65);
  for (int i = 0; i < 64; ++i) {
    held.push_back(civetweb::instrument(callbacks[static_cast<std::size_t>(i)], monitor_));
  }
  try {
    held.push_back(civetweb::instrument(callbacks[64], monitor_));
    FAIL() << "there were only 64";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("64 CivetWeb servers"));
  }
  EXPECT_EQ(callbacks[64].begin_request, nullptr);
  held.pop_back();
  start();
  EXPECT_EQ(status_of(ask("GET", "/plain")), "200");
}

TEST_F(CivetwebCallbacksTest, RestartsWithTheSameCallbacksWhileItsPlaceIsHeld) {
  const auto instrumentation = civetweb::instrument(callbacks_, monitor_);
  for (const double count : {1, 2}) {
    context_ = start_civetweb(callbacks_, nullptr);
    route("/plain", plain);
    ask("GET", "/plain");
    EXPECT_TRUE(becomes(count, [&] { return requests("GET", "/plain", "200"); }));
    stop();
  }
}

TEST_F(CivetwebCallbacksTest, CanBeInstrumentedAnewAfterAStartThatFailed) {
  std::atomic<int> begun = 0;
  callbacks_.begin_request = [](mg_connection* connection) {
    ++*static_cast<std::atomic<int>*>(mg_get_user_data(mg_get_context(connection)));
    return 0;
  };
  for (const char* port : {"no port", "127.0.0.1:0"}) {
    const auto instrumentation = civetweb::instrument(callbacks_, monitor_);
    context_ = start_civetweb(callbacks_, &begun, {"listening_ports", port});
  }
  ASSERT_NE(context_, nullptr);
  route("/plain", plain);
  ask("GET", "/plain");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", "200"); }));
  EXPECT_EQ(begun, 1);
}

TEST_F(CivetwebCallbacksTest, CountsOnceWhereTheSameCallbacksAreInstrumentedTwice) {
  Monitor other({.log = {.console = false, .file = ""}});
  const auto first = civetweb::instrument(callbacks_, other);
  const auto second = civetweb::instrument(callbacks_, monitor_);
  context_ = start_civetweb(callbacks_, nullptr);
  route("/plain", plain);
  ask("GET", "/plain");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", "200"); }));
  EXPECT_EQ(tests::sum_of(other.metrics(), "seadragon_http_requests_total"), 0);
}

TEST_F(CivetwebCallbacksDeathTest, EndsTheProcessWhereAHandlerThrowsAsWithoutUs) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto throw_in_handler = [&](bool is_instrumented) {
    std::optional<civetweb::Instrumentation> instrumentation;
    if (is_instrumented) instrumentation.emplace(civetweb::instrument(callbacks_, monitor_));
    context_ = start_civetweb(callbacks_, nullptr);
    civetweb::set_request_handler(context_, "/throws", throws, nullptr);
    ask("GET", "/throws");
  };
  EXPECT_EXIT(throw_in_handler(true), testing::KilledBySignal(SIGABRT), "no");
  EXPECT_EXIT(throw_in_handler(false), testing::KilledBySignal(SIGABRT), "no");
}

TEST_F(CivetwebCallbacksTest, DoesNotLeaveARequestInFlightWhoseHandlerThrew) {
  // Somebody above CivetWeb may catch it; here it is the test that calls what CivetWeb calls.
  context_ = start_civetweb(callbacks_, nullptr);
  route(
      "/handled",
      [](mg_connection* connection, void* monitor) {
        civetweb::detail::RequestHandler handler{
            throws, nullptr, static_cast<Monitor*>(monitor), {}};
        try {
          civetweb::detail::RequestHandler::call(connection, &handler);
        } catch (const std::runtime_error&) {
          mg_send_http_error(connection, 500, "%s", "caught");
        }
        return 500;
      },
      &monitor_);
  EXPECT_EQ(status_of(ask("GET", "/handled")), "500");
  EXPECT_TRUE(is_one([&] { return outcomes("unmatched", "server_abort"); }));
}

}  // namespace
}  // namespace seadragon::monitoring
