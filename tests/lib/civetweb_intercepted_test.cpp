// CivetWeb with interception: what its callbacks do not tell.
#define SEADRAGON_CIVETWEB_INTERCEPT
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/civetweb.h"
#include "tests/lib/civetweb_server.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using tests::body_of;
using tests::header_of;
using tests::port_of;
using tests::status_of;
using tests::TcpClient;

/// Streams tokens as long as they can be written, or until the test lets it end.
struct Stream {
  std::atomic<bool> may_end = false;
  bool ends_properly = true;

  static int handle(mg_connection* connection, void* self) {
    auto& stream = *static_cast<Stream*>(self);
    mg_send_http_ok(connection, "text/event-stream", -1);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // the prompt is read
    while (!stream.may_end) {
      if (mg_send_chunk(connection, "token\n", 6) < 0) return 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (stream.ends_properly) mg_send_chunk(connection, "", 0);
    return 1;
  }
};

class CivetwebInterceptedTest : public tests::CivetwebFixture {
 protected:
  void start(const std::vector<const char*>& options = {}) {
    const auto instrumentation = civetweb::instrument(callbacks_, monitor_);
    context_ = tests::start_civetweb(callbacks_, this, options);
    ASSERT_NE(context_, nullptr);
  }
  void route(const char* uri, mg_request_handler handler, void* data = nullptr) {
    mg_set_request_handler(context_, uri, handler, data);
  }
};

TEST_F(CivetwebInterceptedTest, TimesAStreamFromItsFirstTokenToItsLast) {
  start();
  Stream stream;
  route("/stream", Stream::handle, &stream);
  TcpClient client(port_of(context_));
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string head = client.read_until("token");
  EXPECT_THAT(header_of(head, "X-Request-ID"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(at("requests_in_flight"), 1);
  client.read_until("token");
  stream.may_end = true;
  EXPECT_THAT(client.read_all(), testing::EndsWith("0\r\n\r\n"));
  EXPECT_TRUE(is_one([&] { return outcomes("/stream", "completed"); }));
  EXPECT_EQ(requests("GET", "/stream", "200"), 1);
  const double all = at("request_duration_seconds_sum{method=\"GET\",route=\"/stream\"}");
  const double first = at("time_to_first_byte_seconds_sum{route=\"/stream\"}");
  EXPECT_GE(first, 0.010);
  EXPECT_GE(all, first + 0.005);
}

TEST_F(CivetwebInterceptedTest, TellsAStreamWithoutItsLastChunk) {
  start();
  Stream stream;
  stream.ends_properly = false;
  stream.may_end = true;
  route("/stream", Stream::handle, &stream);
  ask("GET", "/stream");
  EXPECT_TRUE(is_one([&] { return outcomes("/stream", "server_abort"); }));
}

TEST_F(CivetwebInterceptedTest, TellsAClientThatLeaves) {
  start();
  Stream stream;
  route("/stream", Stream::handle, &stream);
  double count = 0;
  for (const bool is_rude : {true, false}) {
    {
      TcpClient client(port_of(context_));
      client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
      client.read_until("token");
      if (is_rude) client.reset();
    }  // or closes: FIN
    ++count;
    EXPECT_TRUE(becomes(count, [&] { return outcomes("/stream", "client_abort"); }));
  }
  EXPECT_EQ(requests("GET", "/stream", "200"), 2);
}

TEST_F(CivetwebInterceptedTest, CountsTheBytesThatAHandlerReads) {
  start();
  const auto read = [](mg_connection* connection, void* most) {
    char body[8];
    most != nullptr ? mg_read(connection, body, *static_cast<std::size_t*>(most))
                    : mg_store_body(connection, "/dev/null");
    mg_send_http_ok(connection, "text/plain", 0);
    return 200;
  };
  std::size_t all = 8, some = 3;
  for (auto [path, most] : {std::pair("/read", &all), {"/leave", &some}}) route(path, read, most);
  route("/store", read);
  for (const auto& [path, bytes] : {std::pair("/read", 8), {"/leave", 3}, {"/store", 8}}) {
    ask("POST", path, "", "abcdefgh");
    EXPECT_TRUE(is_one([&] { return requests("POST", path, "200"); })) << path;
    EXPECT_EQ(at("request_bytes_total{route=\"" + std::string(path) + "\"}"), bytes) << path;
  }
}

TEST_F(CivetwebInterceptedTest, UnderstandsTheFunctionsForHeaders) {
  start();
  route("/api", [](mg_connection* connection, void*) {
    mg_response_header_start(connection, 201);
    mg_response_header_add(connection, "Content-Length", "2", -1);
    mg_response_header_add_lines(connection, "X-A: a\r\nX-Process-Time: mine\r\n");
    mg_response_header_send(connection);
    mg_write(connection, "ok", 2);
    return 1;
  });
  const std::string answer = ask("GET", "/api");
  EXPECT_EQ(status_of(answer), "201");
  EXPECT_THAT(header_of(answer, "X-Request-ID"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(header_of(answer, "X-Process-Time"), "mine");
  EXPECT_EQ(body_of(answer), "ok");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/api", "201"); }));
  EXPECT_EQ(response_bytes("/api"), 2);
  EXPECT_EQ(outcomes("/api", "completed"), 1);
}

TEST_F(CivetwebInterceptedTest, UnderstandsTheFunctionsForWholeAnswers) {
  start({"additional_header", "X-Additional: yes"});
  route("/ok", [](mg_connection* connection, void*) {
    mg_send_http_ok(connection, "text/plain", 2);
    mg_printf(connection, "%s", "ok");
    return 1;
  });
  route("/redirect", [](mg_connection* connection, void*) {
    return mg_send_http_redirect(connection, "/ok", 303) > 0 ? 1 : 0;
  });
  route("/error", [](mg_connection* connection, void*) {
    mg_send_http_error(connection, 429, "%d waiting", 7);
    return 1;
  });
  const std::string ok = ask("GET", "/ok");
  EXPECT_EQ(body_of(ok), "ok");
  EXPECT_EQ(header_of(ok, "X-Additional"), "yes");
  EXPECT_THAT(header_of(ok, "X-Request-ID"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(header_of(ask("GET", "/redirect"), "Location"), "/ok");
  EXPECT_THAT(body_of(ask("GET", "/error")), HasSubstr("7 waiting"));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/ok", "200"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/redirect", "303"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/error", "429"); }));
  EXPECT_EQ(response_bytes("/ok"), 2);
  EXPECT_EQ(response_bytes("/redirect"), 0);
  for (const char* path : {"/ok", "/redirect", "/error"}) {
    EXPECT_EQ(outcomes(path, "completed"), 1) << path;
  }
}

TEST_F(CivetwebInterceptedTest, CountsFilesThatCivetWebSends) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("civetweb_intercepted_test." + std::to_string(::getpid()));
  std::ofstream(file) << "a page";
  static std::string path;
  path = file.string();
  start({"allow_sendfile_call", "no"});  // CivetWeb does not count what sendfile(2) sends
  route("/file", [](mg_connection* connection, void*) {
    mg_send_file(connection, path.c_str());
    return 1;
  });
  route("/mime", [](mg_connection* connection, void*) {
    mg_send_mime_file2(connection, path.c_str(), "text/x-own", "X-Request-ID: mine\r\n");
    return 1;
  });
  route("/none", [](mg_connection* connection, void*) {
    mg_send_mime_file(connection, (path + ".none").c_str(), "text/plain");
    return 1;
  });
  route("/body", [](mg_connection* connection, void*) {
    mg_printf(connection, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    mg_send_file_body(connection, path.c_str());
    return 1;
  });
  const std::string whole = ask("GET", "/file");
  EXPECT_EQ(body_of(whole), "a page");
  EXPECT_THAT(header_of(whole, "X-Request-ID"), MatchesRegex("[0-9a-f]{32}"));
  const std::string mime = ask("GET", "/mime");
  EXPECT_EQ(header_of(mime, "X-Request-ID"), "mine");
  EXPECT_EQ(header_of(mime, "Content-Type"), "text/x-own");
  EXPECT_NE(header_of(mime, "X-Process-Time"), "");
  EXPECT_EQ(status_of(ask("GET", "/none")), "404");
  EXPECT_EQ(body_of(ask("GET", "/body")), "a page");
  EXPECT_EQ(status_of(ask("GET", "/file", "Range: bytes=0-1\r\n")), "206");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/file", "200"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/file", "unknown"); }));  // the one of a range
  EXPECT_TRUE(is_one([&] { return requests("GET", "/mime", "200"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/none", "404"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/body", "200"); }));
  EXPECT_EQ(response_bytes("/body"), 6);
  EXPECT_EQ(outcomes("/body", "completed"), 1);
  std::filesystem::remove(file);
}

TEST_F(CivetwebInterceptedTest, SeesTheAnswersOfTheUsersCallbacks) {
  callbacks_.begin_request = [](mg_connection* connection) {
    if (mg_get_header(connection, "X-API-Key") != nullptr) return 0;
    mg_printf(connection, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    return 1;
  };
  callbacks_.http_error = [](mg_connection* connection, int, const char*) {
    mg_printf(connection, "HTTP/1.1 410 Gone\r\nContent-Length: 3\r\n\r\nown");
    return 0;
  };
  start();
  EXPECT_THAT(header_of(ask("GET", "/x"), "X-Request-ID"), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(body_of(ask("GET", "/x", "X-API-Key: k\r\n")), "own");
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "401"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "410"); }));
  TcpClient client(port_of(context_));
  client.send("NONSENSE\r\n\r\n");
  EXPECT_EQ(status_of(client.read_all()), "410");
  EXPECT_TRUE(is_one([&] { return requests("other", "unmatched", "410"); }));
}

TEST_F(CivetwebInterceptedTest, LeavesOtherConnectionsAndThreadsAlone) {
  start();
  route("/script", [](mg_connection* connection, void*) {
    mg_printf(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    return 1;
  });
  // A handler that asks a server itself, and lets another thread answer.
  route("/proxy", [](mg_connection* connection, void*) {
    char error[64];
    mg_connection* client =
        mg_connect_client("127.0.0.1", port_of(mg_get_context(connection)), 0, error, sizeof error);
    mg_printf(client, "GET /script HTTP/1.0\r\n\r\n");
    mg_get_response(client, error, sizeof error, 10000);
    mg_close_connection(client);
    std::thread([&] {
      mg_printf(connection, "HTTP/1.1 203 Other\r\nContent-Length: 2\r\n\r\nok");
    }).join();
    return 1;
  });
  EXPECT_EQ(body_of(ask("GET", "/proxy")), "ok");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/script", "200"); }));
  EXPECT_TRUE(is_one([&] { return requests("GET", "/proxy", "unknown"); }));
  EXPECT_EQ(outcomes("/proxy", "completed"), 1);
}

TEST_F(CivetwebInterceptedTest, KnowsTheTrueStatusOnAServerThatIsNotInstrumented) {
  context_ = tests::start_civetweb(callbacks_, nullptr);
  mg_set_request_handler(
      context_, "/late",
      [](mg_connection* connection, void*) {
        mg_send_http_error(connection, 429, "%s", "later");
        return 1;
      },
      nullptr, monitor_);
  EXPECT_EQ(status_of(ask("GET", "/late")), "429");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/late", "429"); }));
  mg_set_request_handler(context_, "/late", nullptr, nullptr, monitor_);
}

TEST_F(CivetwebInterceptedTest, KnowsTheTrueStatusOfACivetServer) {
  class Teapot : public CivetHandler {
   public:
    bool handleGet(CivetServer*, mg_connection* connection) override {
      mg_printf(connection, "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n");
      return true;
    }
  } teapot;
  {
    civetweb::Server server(monitor_, std::vector<std::string>{"listening_ports", "127.0.0.1:0"});
    server.addHandler("/cpp", teapot);
    const int port = server.getListeningPorts().at(0);
    TcpClient client(port);
    client.send("GET /cpp HTTP/1.0\r\nX-Request-ID: client-7\r\n\r\n");
    EXPECT_EQ(header_of(client.read_all(), "X-Request-ID"), "client-7");
    tests::stop_awake(port, [&] { server.close(); });
  }
  EXPECT_EQ(requests("GET", "/cpp", "418"), 1);
}

}  // namespace
}  // namespace seadragon::monitoring
