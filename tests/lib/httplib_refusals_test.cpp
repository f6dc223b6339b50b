// Requests that cpp-httplib refuses before any handler, and what strangers send.
#include <random>
#include <string>

#include <gmock/gmock.h>

#include "tests/lib/httplib_server.h"

namespace seadragon::tests {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

template <class Subject>
class HttplibRefusalsTest : public HttplibServerTest<Subject> {
 protected:
  HttplibRefusalsTest() {
    this->subject_.get(
        "/", [](const Request&, Response& response) { response.set_content("ok", "text/plain"); });
    this->subject_.post("/echo", [](const Request& request, Response& response) {
      response.set_content(request.body, "text/plain");
    });
    this->listen();
  }

  /// Exactly these bytes, which count as one request.
  std::string say(const std::string& bytes) {
    ++this->asked_;
    TcpClient client(this->port_);
    client.send(bytes);
    return client.read_until("\r\n\r\n");
  }

  void expect_status(int status) {
    EXPECT_TRUE(eventually([&] {
      const std::string page = this->monitor_.metrics();
      const std::string label = "route=\"unmatched\",status=\"" + std::to_string(status) + "\"} ";
      double sum = 0;
      for (const char* method : {"GET", "POST", "other"}) {
        sum += value_of(page, "seadragon_http_requests_total{method=\"" + std::string(method) +
                                  "\"," + label.substr(0, label.size() - 1))
                   .value_or(0);
      }
      return sum == 1;
    })) << this->monitor_.metrics();
  }
};
TYPED_TEST_SUITE(HttplibRefusalsTest, BothSubjects, SubjectNames);

TYPED_TEST(HttplibRefusalsTest, CountsALineThatIsNoRequest) {
  EXPECT_EQ(this->status_of(this->say("NONSENSE\r\n\r\n")), "400");
  this->expect_status(400);
}

TYPED_TEST(HttplibRefusalsTest, CountsATargetThatIsTooLong) {
  const std::string answer =
      this->say("GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(this->status_of(answer), "414");
  this->expect_status(414);
}

TYPED_TEST(HttplibRefusalsTest, CountsARangeThatIsNone) {
  EXPECT_EQ(this->status_of(this->ask("GET", "/", "Range: bytes=zz\r\n")), "416");
  EXPECT_TRUE(eventually(
      [&] { return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == 1; }));
}

TYPED_TEST(HttplibRefusalsTest, CountsABodyThatIsTooLarge) {
  this->subject_.base().set_payload_max_length(10);
  const std::string body(1000, 'x');
  EXPECT_EQ(this->status_of(this->ask("POST", "/echo", this->length(body), body)), "413");
  EXPECT_TRUE(eventually(
      [&] { return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == 1; }));
}

TYPED_TEST(HttplibRefusalsTest, CountsARefusedExpectation) {
  this->subject_.base().set_expect_100_continue_handler([](const Request&, Response& response) {
    response.status = 403;
    return 403;
  });
  TcpClient client = this->client("POST", "/echo",
                                  "Expect: 100-continue\r\nContent-Length: 4\r\n"
                                  "Connection: close\r\n");
  client.read_until("\r\n\r\n");
  EXPECT_TRUE(eventually(
      [&] { return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == 1; }));
}

TYPED_TEST(HttplibRefusalsTest, CountsNoConnectionThatNeverSendsARequest) {
  { const TcpClient silent(this->port_); }
  this->ask("GET", "/");
  this->expect_requests(1, "GET", "/", 200);
}

TYPED_TEST(HttplibRefusalsTest, CannotBeMadeToSplitAnAnswerByARequestId) {
  for (const char* id : {"a%0d%0aSet-Cookie:%20b", "a\rSet-Cookie: b", "\xC3\x28", "a b",
                         "<script>", "../../etc/passwd%00"}) {
    const std::string answer = this->ask("GET", "/", "X-Request-ID: " + std::string(id) + "\r\n");
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos) << answer;
    if (this->status_of(answer) == "200") {
      EXPECT_THAT(this->header_of(answer, "X-Request-ID"), MatchesRegex("[0-9a-f]{32}")) << id;
    }
  }
}

TYPED_TEST(HttplibRefusalsTest, MakesNoSeriesFromTenThousandPathsAndMethods) {
  std::mt19937 random{7};
  const auto word = [&](std::size_t longest) {
    std::string letters(1 + random() % longest, 'a');
    for (char& c : letters) c = static_cast<char>('A' + random() % 26);
    return letters;
  };
  this->ask("BREW", "/" + word(30));
  this->ask("GET", "/" + word(30));
  EXPECT_TRUE(eventually([&] { return this->at("requests_in_flight") == 0; }));
  const auto series = [this] {
    return sum_of(this->monitor_.metrics(), "seadragon_monitoring_series");
  };
  const double before = series();
  constexpr int most_at_once = 100;  // requests of a connection
  this->subject_.base().set_keep_alive_max_count(most_at_once);
  for (int i = 0; i < 10'000; i += most_at_once) {
    TcpClient client(this->port_);
    for (int j = 0; j < most_at_once; ++j) {
      // Methods that cpp-httplib does not know end the connection, so here only some of each.
      const std::string method = j == most_at_once - 1 ? word(12) : "GET";
      client.send(
          this->head(method, "/" + word(200), j < most_at_once - 1 ? "" : "Connection: close\r\n"));
      ++this->asked_;
      if (j < most_at_once - 1) client.read_until("\r\n\r\n");
    }
    client.read_all();
  }
  EXPECT_TRUE(eventually([&] {
    return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == this->asked_;
  }));
  EXPECT_EQ(series(), before);
}

TYPED_TEST(HttplibRefusalsTest, KeepsThePageValidWhateverBytesAreSent) {
  for (const char* bytes : {"\xFF\xFE", "\xC0\xAF", "\xED\xA0\x80", "\x01\x02", "\"\\"}) {
    const std::string odd(bytes);
    this->say("GET /" + odd + " HTTP/1.1\r\nHost: x\r\nUser-Agent: " + odd +
              "\r\nX-Request-ID: " + odd + "\r\nConnection: close\r\n\r\n");
  }
  EXPECT_TRUE(eventually([&] {
    return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == this->asked_;
  }));
  for (const char c : this->monitor_.metrics()) {
    ASSERT_TRUE((c >= ' ' && c < '\x7F') || c == '\n') << static_cast<int>(c);
  }
}

}  // namespace
}  // namespace seadragon::tests
