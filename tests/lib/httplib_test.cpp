// Answers that are whole when they are sent.
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

#include "tests/lib/httplib_server.h"

namespace seadragon::tests {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

template <class Subject>
class HttplibTest : public HttplibServerTest<Subject> {
 protected:
  HttplibTest() {
    this->subject_.get("/plain", [](const Request&, Response& response) {
      response.set_content("0123456789", "text/plain");
    });
    this->subject_.get(R"(/models/(\w+))", [](const Request& request, Response& response) {
      response.set_content(std::string(request.matches[1]), "text/plain");
    });
    this->subject_.post("/echo", [](const Request& request, Response& response) {
      response.set_content(request.body, "text/plain");
    });
    this->subject_.post("/upload",
                        [](const Request&, Response& response, const ContentReader& read) {
                          std::size_t bytes = 0;
                          read([&](const char*, std::size_t count) {
                            bytes += count;
                            return true;
                          });
                          response.set_content(std::to_string(bytes), "text/plain");
                        });
    this->subject_.get("/throws",
                       [](const Request&, Response&) { throw std::runtime_error("no"); });
    this->subject_.get("/throws-int", [](const Request&, Response&) { throw 42; });
    this->subject_.get("/nothing",
                       [](const Request&, Response& response) { response.status = 204; });
    this->subject_.get("/id", [](const Request&, Response& response) {
      response.set_content(monitoring::httplib::request_id(), "text/plain");
    });
    this->subject_.get("/copies", [](const Request&, Response& response) {
      response.set_content("copied", "text/plain");
      const Response copy = response;
      EXPECT_EQ(copy.body, "copied");
    });
  }
};
TYPED_TEST_SUITE(HttplibTest, BothSubjects, SubjectNames);

TYPED_TEST(HttplibTest, CountsAnAnswerByMethodRouteAndStatus) {
  EXPECT_EQ(this->body_of(this->ask("GET", "/plain?key=secret")), "0123456789");
  this->expect_requests(1, "GET", "/plain", 200);
  this->expect_outcomes(1, "/plain", "completed");
  this->expect_bytes(10, "response", "/plain");
}

TYPED_TEST(HttplibTest, AnswersWithTheClientsRequestIdOrOneOfItsOwn) {
  const std::string answer = this->ask("GET", "/id", "X-Request-ID: client-7\r\n");
  EXPECT_EQ(this->header_of(answer, "X-Request-ID"), "client-7");
  EXPECT_EQ(this->body_of(answer), "client-7");
  EXPECT_THAT(this->header_of(answer, "X-Process-Time"), MatchesRegex("0\\.[0-9]{6}"));
  EXPECT_THAT(this->header_of(this->ask("GET", "/id"), "X-Request-ID"),
              MatchesRegex("[0-9a-f]{32}"));
}

TYPED_TEST(HttplibTest, NamesARouteByItsPattern) {
  EXPECT_EQ(this->body_of(this->ask("GET", "/models/a")), "a");
  this->ask("GET", "/models/b");
  this->expect_requests(2, "GET", R"(/models/(\\w+))", 200);
}

TYPED_TEST(HttplibTest, CountsWhatNoRouteTookAsUnmatched) {
  EXPECT_EQ(this->status_of(this->ask("GET", "/wp-login.php")), "404");
  this->expect_requests(1, "GET", "unmatched", 404);
  this->expect_outcomes(1, "unmatched", "completed");
}

TYPED_TEST(HttplibTest, CountsAHeadWithoutBytes) {
  EXPECT_EQ(this->status_of(this->ask("HEAD", "/plain")), "200");
  this->expect_requests(1, "HEAD", "/plain", 200);
  EXPECT_EQ(this->bytes("response", "/plain"), 0);
}

TYPED_TEST(HttplibTest, CountsOtherMethodsThanTheRoutesOwn) {
  for (const char* method : {"OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"}) {
    EXPECT_GE(this->status_of(this->ask(method, "/plain", "Content-Length: 0\r\n")), "400")
        << method;
  }
  const std::string page = this->monitor_.metrics();
  EXPECT_TRUE(eventually(
      [&] { return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == 6; }));
  EXPECT_THAT(this->monitor_.metrics(), HasSubstr("method=\"other\""));
  EXPECT_THAT(this->monitor_.metrics(), Not(HasSubstr("BREW")));
}

TYPED_TEST(HttplibTest, CountsTheBytesOfRequestBodies) {
  EXPECT_EQ(this->body_of(this->ask("POST", "/echo", this->length("abcd"), "abcd")), "abcd");
  EXPECT_EQ(this->body_of(this->ask("POST", "/upload", this->length("abcdef"), "abcdef")), "6");
  this->expect_bytes(4, "request", "/echo");
  this->expect_bytes(6, "request", "/upload");
}

TYPED_TEST(HttplibTest, CountsTheBytesOfAnUploadThatDoesNotSayItsLength) {
  this->ask("POST", "/upload", "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n",
            "5\r\nabcde\r\n3\r\nfgh\r\n0\r\n\r\n");
  this->expect_bytes(8, "request", "/upload");
}

TYPED_TEST(HttplibTest, CountsTheBytesOfAForm) {
  const std::string form =
      "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbcd\r\n--x--\r\n";
  const std::string head = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: ";
  this->ask("POST", "/echo", head + std::to_string(form.size()) + "\r\n", form);
  this->expect_bytes(static_cast<double>(form.size()), "request", "/echo");
}

TYPED_TEST(HttplibTest, CountsNoBytesThatWereOnlyClaimed) {
  const std::string claim = "Content-Length: 9000000000000000000\r\n";
  static_cast<void>(this->client("GET", "/plain", claim));
  {
    TcpClient leaving = this->client("POST", "/echo", claim);
    leaving.send("abcd");
  }
  {
    TcpClient leaving =
        this->client("POST", "/echo", "Content-Type: multipart/form-data; boundary=x\r\n" + claim);
    leaving.send("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbcd\r\n--x");
  }
  EXPECT_TRUE(eventually(
      [&] { return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == 3; }));
  EXPECT_LE(sum_of(this->monitor_.metrics(), "seadragon_http_request_bytes_total"), 100);
}

TYPED_TEST(HttplibTest, CountsAnEmptyAnswer) {
  EXPECT_EQ(this->status_of(this->ask("GET", "/nothing")), "204");
  this->expect_requests(1, "GET", "/nothing", 204);
  EXPECT_TRUE(eventually(
      [&] { return this->at("time_to_first_byte_seconds_count{route=\"/nothing\"}") == 1; }));
}

TYPED_TEST(HttplibTest, CountsHandlersThatThrow) {
  EXPECT_EQ(this->status_of(this->ask("GET", "/throws")), "500");
  EXPECT_EQ(this->status_of(this->ask("GET", "/throws-int")), "500");
  this->expect_requests(1, "GET", "/throws", 500);
  this->expect_outcomes(1, "/throws", "error");
  this->expect_requests(1, "GET", "/throws-int", 500);
}

TYPED_TEST(HttplibTest, IsNotEndedByACopyOfTheResponse) {
  std::atomic<int> copies = 0;
  this->subject_.base().set_logger([&](const Request&, const Response& response) {
    const Response copy = response;
    copies += copy.status == 200 ? 1 : 0;
  });
  EXPECT_EQ(this->body_of(this->ask("GET", "/copies")), "copied");
  this->expect_requests(1, "GET", "/copies", 200);
  EXPECT_EQ(copies, 1);
}

TYPED_TEST(HttplibTest, CountsCompressedAnswersAsSent) {
  const std::string text(10'000, 'x');
  this->subject_.get("/large", [&](const Request&, Response& response) {
    response.set_content(text, "text/plain");
  });
  const std::string answer = this->ask("GET", "/large", "Accept-Encoding: gzip\r\n");
  ASSERT_EQ(this->header_of(answer, "Content-Encoding"), "gzip");
  this->expect_bytes(static_cast<double>(this->body_of(answer).size()), "response", "/large");
}

TYPED_TEST(HttplibTest, CountsEachRequestOfAConnection) {
  TcpClient client = this->client("GET", "/id");
  std::string ids = this->header_of(client.read_until("\r\n\r\n"), "X-Request-ID");
  for (int i = 0; i < 3; ++i) {
    ++this->asked_;
    client.send(this->head("GET", "/id", ""));
    const std::string id = this->header_of(client.read_until("\r\n\r\n"), "X-Request-ID");
    EXPECT_EQ(ids.find(id), std::string::npos) << id;
    ids += id;
  }
  this->expect_requests(4, "GET", "/id", 200);
}

class MountedFolder {
 public:
  MountedFolder() {
    std::filesystem::create_directories(path);
    std::ofstream(path / "a.txt") << "static";
  }
  ~MountedFolder() { std::filesystem::remove_all(path); }

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("seadragon-mount-" + std::to_string(::getpid()));
};

TYPED_TEST(HttplibTest, CountsStaticFilesWithoutTheirPaths) {
  const MountedFolder folder;
  ASSERT_TRUE(this->subject_.mount("/static", folder.path));
  EXPECT_EQ(this->body_of(this->ask("GET", "/static/a.txt")), "static");
  EXPECT_EQ(this->status_of(this->ask("GET", "/static/b.txt")), "404");
  const bool names_mounts = std::is_same_v<TypeParam, DropIn>;
  this->expect_requests(1, "GET", names_mounts ? "/static" : "unmatched", 200);
  this->expect_requests(1, "GET", "unmatched", 404);
  EXPECT_THAT(this->monitor_.metrics(), Not(HasSubstr("a.txt")));
}

}  // namespace
}  // namespace seadragon::tests
