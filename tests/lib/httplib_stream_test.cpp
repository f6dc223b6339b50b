// Bodies that are made while they are sent: when they end, and how.
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/lib/httplib_server.h"

namespace seadragon::tests {
namespace {

template <class Subject>
class HttplibStreamTest : public HttplibServerTest<Subject> {
 protected:
  HttplibStreamTest() {
    // /stream?end=done|false|abort|never: three tokens, then the given end.
    this->subject_.get("/stream", [this](const Request& request, Response& response) {
      const std::string end = request.get_param_value("end");
      response.set_chunked_content_provider(
          "text/event-stream",
          [end, tokens = 0](std::size_t, DataSink& sink) mutable {
            if (end != "never" && ++tokens > 3) {
              if (end != "abort") sink.done();
              return end == "done";
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));  // a token takes its time
            return sink.write("token\n", 6);
          },
          [this](bool) { ++releases_; });
    });
    this->subject_.get("/fixed", [](const Request&, Response& response) {
      response.set_content_provider(100'000, "application/octet-stream",
                                    [](std::size_t offset, std::size_t length, DataSink& sink) {
                                      const std::string piece(std::min<std::size_t>(length, 10'000),
                                                              'x');
                                      static_cast<void>(offset);
                                      return sink.write(piece.data(), piece.size());
                                    });
    });
    this->subject_.get("/unknown-length", [](const Request&, Response& response) {
      response.set_content_provider("text/plain", [lines = 0](std::size_t, DataSink& sink) mutable {
        if (++lines > 3) {
          sink.done();
        } else {
          sink.os << "line\n";
        }
        return true;
      });
    });
  }

  std::atomic<int> releases_ = 0;
};
TYPED_TEST_SUITE(HttplibStreamTest, BothSubjects, SubjectNames);

TYPED_TEST(HttplibStreamTest, TimesAStreamToItsLastByte) {
  EXPECT_NE(this->ask("GET", "/stream?end=done").find("token"), std::string::npos);
  this->expect_outcomes(1, "/stream", "completed");
  this->expect_bytes(18, "response", "/stream");
  const double all = this->at("request_duration_seconds_sum{method=\"GET\",route=\"/stream\"}");
  const double first = this->at("time_to_first_byte_seconds_sum{route=\"/stream\"}");
  EXPECT_GE(first, 0.005);
  EXPECT_GE(all, first + 0.010);
  EXPECT_EQ(this->releases_, 1);
}

TYPED_TEST(HttplibStreamTest, TakesAProviderThatEndsWithFalseForComplete) {
  this->ask("GET", "/stream?end=false");
  this->expect_outcomes(1, "/stream", "completed");
  EXPECT_EQ(this->releases_, 1);
}

TYPED_TEST(HttplibStreamTest, TellsAServerThatBreaksOff) {
  this->ask("GET", "/stream?end=abort");
  this->expect_outcomes(1, "/stream", "server_abort");
  this->expect_requests(1, "GET", "/stream", 200);
}

TYPED_TEST(HttplibStreamTest, TellsAClientThatResetsItsConnection) {
  TcpClient client = this->client("GET", "/stream?end=never");
  client.read_until("token");
  EXPECT_EQ(this->at("requests_in_flight"), 1);
  client.reset();
  this->expect_outcomes(1, "/stream", "client_abort");
  EXPECT_EQ(this->releases_, 1);
}

TYPED_TEST(HttplibStreamTest, TellsAClientThatClosesItsConnection) {
  {
    TcpClient client = this->client("GET", "/stream?end=never");
    client.read_until("token");
  }
  this->expect_outcomes(1, "/stream", "client_abort");
}

TYPED_TEST(HttplibStreamTest, CountsAHeadOfAStreamAsComplete) {
  EXPECT_EQ(this->body_of(this->ask("HEAD", "/stream?end=never")), "");
  this->expect_outcomes(1, "/stream", "completed");
  this->expect_requests(1, "HEAD", "/stream", 200);
}

TYPED_TEST(HttplibStreamTest, CountsABodyOfKnownLength) {
  EXPECT_EQ(this->body_of(this->ask("GET", "/fixed")).size(), 100'000U);
  this->expect_bytes(100'000, "response", "/fixed");
  this->expect_outcomes(1, "/fixed", "completed");
}

TYPED_TEST(HttplibStreamTest, CountsWhatIsWrittenToTheStreamOfASink) {
  EXPECT_EQ(this->body_of(this->ask("GET", "/unknown-length")), "line\nline\nline\n");
  this->expect_bytes(15, "response", "/unknown-length");
  this->expect_outcomes(1, "/unknown-length", "completed");
}

TYPED_TEST(HttplibStreamTest, ServesRanges) {
  EXPECT_EQ(this->status_of(this->ask("GET", "/fixed", "Range: bytes=0-9999\r\n")), "206");
  this->expect_bytes(10'000, "response", "/fixed");
  EXPECT_EQ(this->status_of(this->ask("GET", "/fixed", "Range: bytes=0-9,20-29\r\n")), "206");
  this->expect_bytes(10'020, "response", "/fixed");
  this->expect_outcomes(2, "/fixed", "completed");
  this->expect_requests(2, "GET", "/fixed", 206);
}

TYPED_TEST(HttplibStreamTest, CountsACompressedStreamBeforeCompression) {
  const std::string answer = this->ask("GET", "/stream?end=done", "Accept-Encoding: gzip\r\n");
  this->expect_outcomes(1, "/stream", "completed");
  this->expect_bytes(18, "response", "/stream");
}

TYPED_TEST(HttplibStreamTest, TellsAStreamThatTheServerCutOffWhenItStopped) {
  TcpClient client = this->client("GET", "/stream?end=never");
  client.read_until("token");
  this->subject_.base().stop();
  this->expect_outcomes(1, "/stream", "server_abort");
}

TYPED_TEST(HttplibStreamTest, CountsClientsThatLeaveAtOnceEachOnce) {
  std::vector<TcpClient> clients;
  // No more than the server has threads for: eight.
  for (int i = 0; i < 8; ++i) {
    clients.push_back(this->client("GET", "/stream?end=never"));
    clients.back().read_until("token");
  }
  EXPECT_EQ(this->at("requests_in_flight"), 8);
  clients.clear();
  this->expect_outcomes(8, "/stream", "client_abort");
  EXPECT_EQ(this->releases_, 8);
}

TYPED_TEST(HttplibStreamTest, EndsTheProcessByAProviderThatThrowsAsCppHttplibDoes) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        this->subject_.get("/throws", [](const Request&, Response& response) {
          response.set_chunked_content_provider(
              "text/plain", [](std::size_t, DataSink&) -> bool { throw std::runtime_error("no"); });
        });
        this->ask("GET", "/throws");
        std::this_thread::sleep_for(std::chrono::seconds(5));
      },
      "");
}

using HttplibDropInStreamTest = HttplibStreamTest<DropIn>;

TEST_F(HttplibDropInStreamTest, ContainsWhatAProviderThrowsIfItIsAskedTo) {
  subject_.server().contain_provider_exceptions();
  subject_.get("/throws", [](const Request&, Response& response) {
    response.set_chunked_content_provider("text/plain", [](std::size_t, DataSink& sink) -> bool {
      sink.write("half", 4);
      throw std::runtime_error("no");
    });
  });
  ask("GET", "/throws");
  expect_outcomes(1, "/throws", "server_abort");
  EXPECT_NE(ask("GET", "/stream?end=done").find("token"), std::string::npos);
}

}  // namespace
}  // namespace seadragon::tests
