// CivetWeb's C API without interception: what its callbacks alone tell.
#include "seadragon/monitoring/civetweb.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lib/civetweb_server.h"

namespace seadragon::monitoring {
namespace {

using tests::body_of;
using tests::port_of;
using tests::start_civetweb;
using tests::status_of;
using tests::TcpClient;

/// Handlers that return the status they send.
int plain(mg_connection* connection, void*) {
  mg_printf(connection,
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: keep-alive\r\n\r\n0123456789");
  return 200;
}
int echo(mg_connection* connection, void*) {
  char body[64];
  const int size = std::max(0, mg_read(connection, body, sizeof body));
  mg_printf(connection, "HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n", size);
  mg_write(connection, body, static_cast<std::size_t>(size));
  return 201;
}
int teapot_that_returns_one(mg_connection* connection, void*) {
  mg_printf(connection, "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n");
  return 1;
}
int own_id(mg_connection* connection, void*) {
  const std::string id = civetweb::request_id();
  mg_printf(connection, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s",
            static_cast<int>(id.size()), id.c_str());
  return 200;
}
int declines(mg_connection*, void*) { return 0; }
int is_silent(mg_connection*, void*) { return 1; }
int refuses(mg_connection* connection, void*) {
  mg_send_http_error(connection, 503, "%s", "no model");
  return 1;
}

/// Streams until the test lets it end.
struct Stream {
  std::atomic<bool> may_end = false;

  static int handle(mg_connection* connection, void* self) {
    mg_printf(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!static_cast<Stream*>(self)->may_end) {
      if (mg_send_chunk(connection, "token\n", 6) < 0) return 200;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // a token takes its time
    }
    mg_send_chunk(connection, "", 0);
    return 200;
  }
};

class CivetwebTest : public tests::CivetwebFixture {
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

TEST_F(CivetwebTest, CountsAnAnswerByMethodRouteAndStatus) {
  start();
  EXPECT_EQ(body_of(ask("GET", "/plain?key=secret")), "0123456789");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", "200"); }));
  EXPECT_TRUE(is_one([&] { return outcomes("/plain", "completed"); }));
}

TEST_F(CivetwebTest, HasTheSeriesOfARouteFromTheStart) {
  start();
  EXPECT_EQ(requests("GET", "/plain", "200"), 0);
  EXPECT_EQ(requests("POST", "/plain", "200"), 0);
}

TEST_F(CivetwebTest, CountsMethods) {
  start();
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"}) {
    ask(method, "/plain");
    EXPECT_TRUE(is_one([&] { return requests(method, "/plain", "200"); })) << method;
  }
}

TEST_F(CivetwebTest, CountsBytesOfTheAnswerAndNoneThatARequestClaims) {
  start();
  route("/echo", echo);
  const std::string answer = ask("POST", "/echo", "", "abcd");
  EXPECT_EQ(body_of(answer), "abcd");
  EXPECT_TRUE(is_one([&] { return requests("POST", "/echo", "201"); }));
  EXPECT_EQ(at("request_bytes_total{route=\"/echo\"}"), 0);
  // The access log counts the head as well.
  EXPECT_EQ(response_bytes("/echo"), static_cast<double>(answer.size()));
}

TEST_F(CivetwebTest, CannotBeToldOtherBytesByAClient) {
  start();
  const std::string answer = ask("GET", "/plain?a\"b", "Referer: \" HTTP/1.1\" 200 99999\r\n");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", "200"); }));
  EXPECT_EQ(response_bytes("/plain"), static_cast<double>(answer.size()));
}

TEST_F(CivetwebTest, CountsAStatusThatNobodyToldAsUnknown) {
  start();
  route("/one", teapot_that_returns_one);
  EXPECT_EQ(status_of(ask("GET", "/one")), "418");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/one", "unknown"); }));
  EXPECT_TRUE(is_one([&] { return outcomes("/one", "completed"); }));
}

TEST_F(CivetwebTest, CountsWhatNoRouteTookAsUnmatched) {
  start();
  EXPECT_EQ(status_of(ask("GET", "/wp-login.php")), "404");
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "404"); }));
}

TEST_F(CivetwebTest, CountsOnceWhatAHandlerDeclined) {
  start();
  route("/declines", declines);
  EXPECT_EQ(status_of(ask("GET", "/declines")), "404");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/declines", "404"); }));
}

TEST_F(CivetwebTest, TellsAHandlerThatAnswersNothing) {
  start();
  route("/silent", is_silent);
  EXPECT_EQ(ask("GET", "/silent"), "");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/silent", "unknown"); }));
  EXPECT_EQ(outcomes("/silent", "server_abort"), 1);
}

TEST_F(CivetwebTest, KnowsTheStatusOfAnErrorPage) {
  start();
  route("/refuses", refuses);
  EXPECT_EQ(status_of(ask("GET", "/refuses")), "503");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/refuses", "503"); }));
  EXPECT_EQ(outcomes("/refuses", "error"), 1);
}

TEST_F(CivetwebTest, CountsRequestsThatCannotBeRead) {
  start();
  struct Case {
    std::string request, method, status;
  };
  for (const Case& one : std::vector<Case>{
           {"NONSENSE\r\n\r\n", "other", "400"},
           {"GET /x HTTP/3.0\r\nHost: x\r\n\r\n", "GET", "505"},
           {"GET x HTTP/1.1\r\nHost: x\r\n\r\n", "GET", "400"},
           {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", "POST", "411"}}) {
    TcpClient client(port_of(context_));
    client.send(one.request);
    EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), one.status) << one.request;
    EXPECT_TRUE(is_one([&] { return requests(one.method, "unmatched", one.status); }))
        << one.request;
  }
}

TEST_F(CivetwebTest, CountsAHeadThatIsTooLarge) {
  start();
  TcpClient client(port_of(context_));
  client.send("GET /" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_all();  // CivetWeb may reset the connection before its 400 is read
  EXPECT_TRUE(is_one([&] { return requests("other", "unmatched", "400"); }));
}

TEST_F(CivetwebTest, CountsAMethodThatNobodyKnowsAsOther) {
  start();
  EXPECT_EQ(status_of(ask("BREW", "/plain")), "400");
  EXPECT_TRUE(is_one([&] { return requests("other", "unmatched", "400"); }));
}

TEST_F(CivetwebTest, MakesNoSeriesFromPaths) {
  start();
  ask("GET", "/x");
  ASSERT_TRUE(is_one([&] { return requests("GET", "unmatched", "404"); }));
  const std::size_t size = monitor_.metrics().size();
  for (int i = 0; i < 50; ++i) ask("GET", "/" + std::to_string(i));
  ASSERT_TRUE(becomes(51, [&] { return requests("GET", "unmatched", "404"); }));
  EXPECT_LT(monitor_.metrics().size(), size + 200);  // longer numbers, no new line
}

TEST_F(CivetwebTest, GivesEachRequestOfAConnectionAnIdOfItsOwn) {
  start();
  route("/id", own_id);
  TcpClient client(port_of(context_));
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    client.send("GET /id HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string answer;
    while (body_of(answer).size() < 32) answer += client.read_until("\r\n\r\n");
    ids.push_back(body_of(answer));
    EXPECT_THAT(ids.back(), testing::MatchesRegex("[0-9a-f]{32}"));
  }
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_NE(ids[1], ids[2]);
  EXPECT_TRUE(becomes(3, [&] { return requests("GET", "/id", "200"); }));
  EXPECT_EQ(civetweb::request_id(), "");  // this thread handles none
}

TEST_F(CivetwebTest, TakesTheIdOfTheClientUnlessItIsNone) {
  start();
  route("/id", own_id);
  EXPECT_EQ(body_of(ask("GET", "/id", "x-request-id: client-7\r\n")), "client-7");
  for (const char* id : {"a%0d%0aSet-Cookie:%20b", "a\x01\x02", "\xff\xfe", "a b", "\"<>"}) {
    EXPECT_THAT(body_of(ask("GET", "/id", std::string("X-Request-ID: ") + id + "\r\n")),
                testing::MatchesRegex("[0-9a-f]{32}|.*400.*"));
  }
}

TEST_F(CivetwebTest, TimesAStreamToItsLastByteWhileItIsInFlight) {
  start();
  Stream stream;
  route("/stream", Stream::handle, &stream);
  TcpClient client(port_of(context_));
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  client.read_until("token");
  EXPECT_EQ(at("requests_in_flight"), 1);
  stream.may_end = true;
  client.read_all();
  EXPECT_TRUE(is_one([&] { return requests("GET", "/stream", "200"); }));
  EXPECT_GE(at("request_duration_seconds_sum{method=\"GET\",route=\"/stream\"}"), 0.005);
}

TEST_F(CivetwebTest, CountsFilesOfTheDocumentRoot) {
  const auto root =
      std::filesystem::temp_directory_path() / ("civetweb_test." + std::to_string(::getpid()));
  std::filesystem::create_directory(root);
  std::ofstream(root / "page.txt") << "a page";
  start({"document_root", root.c_str()});
  EXPECT_EQ(body_of(ask("GET", "/page.txt")), "a page");
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "200"); }));
  std::filesystem::remove_all(root);
}

TEST_F(CivetwebTest, RemovesAHandlerAsCivetWebDoes) {
  start();
  route("/plain", nullptr);
  EXPECT_EQ(status_of(ask("GET", "/plain")), "404");
  route("/plain", echo);
  EXPECT_EQ(status_of(ask("GET", "/plain")), "201");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/plain", "201"); }));
}

TEST_F(CivetwebTest, CountsARouteOfAServerThatIsNotInstrumented) {
  context_ = start_civetweb(callbacks_, nullptr);
  civetweb::set_request_handler(context_, "/late", plain, nullptr, monitor_);
  civetweb::set_request_handler(context_, "/declines", declines, nullptr, monitor_);
  civetweb::set_request_handler(context_, "/uncounted", plain, nullptr);
  EXPECT_EQ(status_of(ask("GET", "/late")), "200");
  EXPECT_EQ(status_of(ask("GET", "/uncounted")), "200");
  EXPECT_EQ(status_of(ask("GET", "/declines")), "404");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/late", "200"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/declines", "unknown"); }));
  EXPECT_EQ(at("response_bytes_total{route=\"unmatched\"}"), 0);
  civetweb::set_request_handler(context_, "/late", nullptr, nullptr, monitor_);
  civetweb::set_request_handler(context_, "/declines", nullptr, nullptr, monitor_);
}

}  // namespace
}  // namespace seadragon::monitoring
