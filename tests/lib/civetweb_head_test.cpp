// Answers that a handler writes byte by byte, with interception.
#define SEADRAGON_CIVETWEB_INTERCEPT
#include <atomic>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/civetweb.h"
#include "tests/lib/civetweb_server.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using tests::body_of;
using tests::header_of;
using tests::status_of;

/// Writes what the test says, in pieces of `step` bytes.
struct Script {
  std::string bytes;
  std::size_t step = 0;  // 0: all at once
  std::vector<int> returned = {};
  std::atomic<bool> is_over = false;

  static int handle(mg_connection* connection, void* self) {
    auto& script = *static_cast<Script*>(self);
    const std::size_t step = script.step > 0 ? script.step : script.bytes.size();
    for (std::size_t at = 0; at < script.bytes.size(); at += step) {
      const std::string piece = script.bytes.substr(at, step);
      script.returned.push_back(mg_write(connection, piece.data(), piece.size()));
    }
    script.is_over = true;
    return 1;
  }
};

class CivetwebHeadTest : public tests::CivetwebFixture {
 protected:
  void start(const std::vector<const char*>& options = {}) {
    const auto instrumentation = civetweb::instrument(callbacks_, monitor_);
    context_ = tests::start_civetweb(callbacks_, this, options);
    ASSERT_NE(context_, nullptr);
  }
  void route(const char* uri, mg_request_handler handler, void* data = nullptr) {
    mg_set_request_handler(context_, uri, handler, data);
  }
  /// The answer of a handler that writes these bytes.
  std::string answer_of(Script& script, const std::string& id = "client-7") {
    if (context_ == nullptr) start();
    route("/script", Script::handle, &script);
    std::string answer = ask("GET", "/script", "X-Request-ID: " + id + "\r\n");
    EXPECT_TRUE(tests::eventually([&] { return script.is_over.load(); }));
    return answer;
  }
};

TEST_F(CivetwebHeadTest, KnowsTheTrueStatusAndTheBytesOfTheBody) {
  Script script{"HTTP/1.1 418 Teapot\r\nContent-Length: 5\r\n\r\nshort"};
  const std::string answer = answer_of(script);
  EXPECT_EQ(status_of(answer), "418");
  EXPECT_EQ(body_of(answer), "short");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/script", "418"); }));
  EXPECT_EQ(response_bytes("/script"), 5);
  EXPECT_EQ(outcomes("/script", "completed"), 1);
}

TEST_F(CivetwebHeadTest, AnswersWithRequestIdAndProcessTime) {
  Script script{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
  const std::string answer = answer_of(script);
  EXPECT_EQ(header_of(answer, "X-Request-ID"), "client-7");
  EXPECT_THAT(header_of(answer, "X-Process-Time"), MatchesRegex("[0-9]+\\.[0-9]{6}"));
  EXPECT_EQ(script.returned, std::vector<int>{38});  // without our lines
}

TEST_F(CivetwebHeadTest, LeavesTheHandlersOwnLinesAlone) {
  for (const std::size_t step : {0UL, 1UL, 7UL}) {
    Script script{
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx-request-id: mine\r\nX-Process-Time: 1\r\n\r\n",
        step};
    const std::string answer = answer_of(script);
    EXPECT_EQ(answer, script.bytes);
  }
}

TEST_F(CivetwebHeadTest, ReadsAHeadInWhateverPieces) {
  const std::string head =
      "HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody";
  for (std::size_t step = 1; step <= head.size(); ++step) {
    Script script{head, step};
    const std::string answer = answer_of(script);
    EXPECT_EQ(header_of(answer, "X-Request-ID"), "client-7") << step;
    EXPECT_EQ(header_of(answer, "Content-Length"), "4") << step;
    EXPECT_EQ(body_of(answer), "body") << step;
    std::size_t sum = 0;
    for (const int count : script.returned) sum += static_cast<std::size_t>(count);
    EXPECT_EQ(sum, head.size()) << step;
  }
  EXPECT_TRUE(
      becomes(static_cast<double>(head.size()), [&] { return requests("GET", "/script", "202"); }));
  EXPECT_EQ(outcomes("/script", "completed"), static_cast<double>(head.size()));
}

TEST_F(CivetwebHeadTest, ReadsAHeadWithoutCarriageReturns) {
  for (const std::size_t step : {0UL, 1UL}) {
    Script script{"HTTP/1.0 200 OK\nContent-Length: 2\n\nok", step};
    EXPECT_THAT(answer_of(script), MatchesRegex("HTTP/1.0 200 OK\nContent-Length: 2\n"
                                                "X-Request-ID: client-7\nX-Process-Time: "
                                                "[0-9.]+\n\nok"));
  }
}

TEST_F(CivetwebHeadTest, LeavesInformationalHeadsAlone) {
  for (const std::size_t step : {0UL, 1UL, 5UL}) {
    Script script{
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        step};
    const std::string answer = answer_of(script);
    EXPECT_THAT(answer, HasSubstr("100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n"
                                  "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Request-ID: "
                                  "client-7\r\n"));
  }
  EXPECT_TRUE(becomes(3, [&] { return requests("GET", "/script", "200"); }));
  EXPECT_EQ(response_bytes("/script"), 6);
}

TEST_F(CivetwebHeadTest, PassesOnWhatIsNoHead) {
  for (const std::size_t step : {0UL, 1UL}) {
    for (const std::string bytes : {"no head\r\n\r\nat all", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n",
                                    "HTTP/2 200\r\n\r\n", "\r", "HTTP/1.1 200 OK\r\n\r"}) {
      Script script{bytes, step};
      EXPECT_EQ(answer_of(script), bytes);
    }
  }
}

TEST_F(CivetwebHeadTest, WritesLongHeadsAndBodiesWhole) {
  const std::string value(9000, 'v'), body(200000, 'b');
  Script script{"HTTP/1.1 200 OK\r\nX-Long: " + value +
                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
  const std::string answer = answer_of(script);
  EXPECT_EQ(header_of(answer, "X-Long"), value);
  EXPECT_EQ(header_of(answer, "X-Request-ID"), "client-7");
  EXPECT_EQ(body_of(answer), body);
  EXPECT_EQ(script.returned, std::vector<int>{static_cast<int>(script.bytes.size())});
  EXPECT_TRUE(becomes(200000, [&] { return response_bytes("/script"); }));
}

TEST_F(CivetwebHeadTest, CountsTheContentOfChunksThatTheHandlerFramed) {
  for (const std::size_t step : {0UL, 1UL, 3UL}) {
    Script script{
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "a;x=y\r\n0123456789\r\n3\r\n\r\n0\r\n0\r\nTrailer: x\r\n\r\n",
        step};
    answer_of(script);
  }
  EXPECT_TRUE(becomes(3, [&] { return outcomes("/script", "completed"); }));
  EXPECT_EQ(response_bytes("/script"), 39);
}

TEST_F(CivetwebHeadTest, TellsAServerThatBreaksOff) {
  int count = 0;
  for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntoken\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Len"}) {
    Script script{bytes};
    answer_of(script);
    ++count;
    EXPECT_TRUE(becomes(count, [&] { return outcomes("/script", "server_abort"); })) << bytes;
  }
  EXPECT_EQ(requests("GET", "/script", "200"), 2);
}

TEST_F(CivetwebHeadTest, ExpectsNoBodyOfHeadNorOf204And304) {
  start();
  Script head{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"};
  route("/head", Script::handle, &head);
  ask("HEAD", "/head");
  EXPECT_TRUE(is_one([&] { return outcomes("/head", "completed"); }));
  EXPECT_EQ(requests("HEAD", "/head", "200"), 1);
  Script no_content{"HTTP/1.1 204 No Content\r\n\r\n"};
  answer_of(no_content);
  Script not_modified{"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"};
  answer_of(not_modified);
  EXPECT_TRUE(becomes(2, [&] { return outcomes("/script", "completed"); }));
}

TEST_F(CivetwebHeadTest, CannotBeMadeToSplitAnAnswerByARequestId) {
  for (const char* id :
       {"a%0d%0aSet-Cookie:%20b", "a\rSet-Cookie: b", "a\x01Set-Cookie: b", "a\n Set-Cookie: b"}) {
    Script script{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
    script.is_over = true;  // CivetWeb may refuse the request by itself
    EXPECT_THAT(answer_of(script, id), Not(HasSubstr("Set-Cookie"))) << id;
    EXPECT_TRUE(becomes(0, [&] { return at("requests_in_flight"); }));
  }
}

}  // namespace
}  // namespace seadragon::monitoring
