#include "seadragon/monitoring/endpoint.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/eventually.h"
#include "tests/lib/tcp_client.h"

namespace seadragon::monitoring {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::TcpClient;

constexpr char page[] =
    "# HELP app_level Level.\n# TYPE app_level gauge\napp_level 0\n"
    "# HELP app_events_total Events.\n# TYPE app_events_total counter\napp_events_total 0\n";

int port_of(const std::string& address) {
  return std::stoi(address.substr(address.rfind(':') + 1));
}

class EndpointTest : public testing::Test {
 protected:
  static EndpointOptions options() {
    EndpointOptions options;
    options.address = "127.0.0.1:0";
    options.header_timeout = std::chrono::milliseconds(300);
    options.max_connections = 8;
    return options;
  }

  TcpClient client() { return TcpClient(port_of(endpoint_.address())); }

  std::string ask(const std::string& request) {
    TcpClient one = client();
    one.send(request);
    return one.read_all();
  }
  std::string get(const std::string& target, const std::string& headers = "") {
    return ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers +
               "\r\n");
  }

  Registry registry_;
  const Gauge gauge_ = registry_.gauge("app_level", "Level.");
  const Counter counter_ = registry_.counter("app_events_total", "Events.");
  Endpoint endpoint_{options(), [this](const Scrape& scrape) {
                       return Exposition().add(registry_).answer(scrape.request);
                     }};
};

TEST_F(EndpointTest, ServesTheMetricsPage) {
  const std::string answer = get("/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nVary: Accept, Accept-Encoding\r\n"));
  EXPECT_THAT(answer, EndsWith(std::string("\r\n\r\n") + page));
}

TEST_F(EndpointTest, CompressesForWhoAsks) {
  const std::string answer = get("/metrics", "Accept-Encoding: gzip\r\n");
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Encoding: gzip\r\n"));
  const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
  std::string plain(sizeof page - 1, '\0');
  libdeflate_decompressor* const gunzip = libdeflate_alloc_decompressor();
  EXPECT_EQ(libdeflate_gzip_decompress(gunzip, body.data(), body.size(), plain.data(), plain.size(),
                                       nullptr),
            LIBDEFLATE_SUCCESS);
  libdeflate_free_decompressor(gunzip);
  EXPECT_EQ(plain, page);
}

TEST_F(EndpointTest, ServesOpenMetricsToWhoAsks) {
  const std::string answer =
      get("/metrics?name[]=app_events", "Accept: application/openmetrics-text;version=1.0.0\r\n");
  EXPECT_THAT(
      answer,
      HasSubstr(
          "\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
  EXPECT_THAT(answer, EndsWith("app_events_total 0\n# EOF\n"));
}

TEST_F(EndpointTest, HasALandingPageAndHealth) {
  EXPECT_THAT(get("/"), HasSubstr("<a href=\"metrics\">"));
  EXPECT_THAT(get("/-/healthy"), EndsWith("\r\n\r\nOK\n"));
  EXPECT_THAT(get("/-/ready"), EndsWith("\r\n\r\nOK\n"));
}

TEST_F(EndpointTest, AnswersHeadWithoutABody) {
  const std::string answer = ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: " + std::to_string(sizeof page - 1) + "\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(EndpointTest, KeepsAConnectionForTheNextScrape) {
  TcpClient scraper = client();
  for (int i = 0; i < 3; ++i) {
    scraper.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = scraper.read_until("app_events_total 0\n");
    EXPECT_THAT(answer, HasSubstr("200 OK"));
    EXPECT_THAT(answer, EndsWith(page));
  }
}

TEST_F(EndpointTest, RefusesEachBadRequestWithItsOwnStatus) {
  const std::string host = "Host: x\r\n\r\n";
  const std::pair<std::string, std::string> cases[] = {
      {"GET /metrics/ HTTP/1.1\r\n" + std::string("Connection: close\r\n") + host, "404"},
      {"POST /metrics HTTP/1.1\r\n" + host, "405"},
      {"BREW / HTTP/1.1\r\n" + host, "405"},
      {"GET / HTTP/1.1\r\nContent-Length: 5\r\n" + host, "413"},
      {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host, "501"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: y\r\n" + host, "400"},
      {"GET / HTTP/9.9\r\n" + host, "505"},
      {"nonsense\r\n\r\n", "400"},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + host, "414"},
      {"GET / HTTP/1.1\r\nX: " + std::string(9000, 'a') + "\r\n" + host, "431"},
  };
  for (const auto& [request, status] : cases) {
    EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 " + status + ' ')) << request.substr(0, 80);
  }
}

TEST_F(EndpointTest, NamesTheAllowedMethods) {
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("\r\nAllow: GET, HEAD\r\n"));
}

TEST_F(EndpointTest, ServesAScrapeWhileSilentClientsTakeEveryPlace) {
  std::deque<TcpClient> silent;
  for (int i = 0; i < 50; ++i) {
    silent.push_back(client());
    silent.back().send("GET /metr");
    if (i % 10 == 0) {
      EXPECT_THAT(get("/metrics"), StartsWith("HTTP/1.1 200"));
    }
  }
}

TEST_F(EndpointTest, ClosesAConnectionThatDoesNotFinishItsRequest) {
  TcpClient slow = client();
  slow.send("GET /metrics HTTP/1.1\r\n");
  EXPECT_EQ(slow.read_all(), "");  // returns because the endpoint closes
}

TEST_F(EndpointTest, SaysWhichAddressIsTaken) {
  EndpointOptions same;
  same.address = endpoint_.address();
  try {
    const Endpoint second(same, [](const Scrape&) { return ExpositionAnswer(); });
    FAIL() << "two endpoints at " << same.address;
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), "cannot listen on " + same.address + ": Address already in use");
  }
}

TEST_F(EndpointTest, RefusesAnAddressThatIsNone) {
  for (const char* address : {"", "localhost", "127.0.0.1:http", "127.0.0.1:", "127.0.0.1:65536",
                              "127.0.0.1: 1", "127.0.0.1:+1", "no.such.host.invalid:1"}) {
    EndpointOptions options;
    options.address = address;
    EXPECT_THROW(Endpoint(options, [](const Scrape&) { return ExpositionAnswer(); }),
                 std::runtime_error)
        << address;
  }
}

TEST_F(EndpointTest, RefusesToServeNobody) {
  EndpointOptions options;
  options.max_connections = 0;
  EXPECT_THROW(Endpoint(options, [](const Scrape&) { return ExpositionAnswer(); }),
               std::runtime_error);
}

TEST_F(EndpointTest, DoesNotStopTheServerWhenItsAddressIsTaken) {
  testing::internal::CaptureStderr();
  {
    Monitor monitor({.log = {.file = ""}});
    EXPECT_FALSE(monitor.serve(endpoint_.address()));
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("ERROR - Metrics are not served: cannot listen on " + endpoint_.address() +
                        ": Address already in use"));
}

// No exception may end the loop that serves, or the one that stops it.
/// A page that is made only when the test lets it.
class SlowPage {
 public:
  ExpositionAnswer make() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return may_end_; });
    return {.body = "slow\n", .content_type = "text/plain"};
  }
  void await(int begun) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_ >= begun; });
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      may_end_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
  bool may_end_ = false;
};

TEST(EndpointSlowPageTest, AnswersEverythingElseWhileAPageIsMade) {
  SlowPage slow;
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  options.header_timeout = std::chrono::milliseconds(50);  // not for the page
  const Endpoint endpoint(options, [&](const Scrape&) { return slow.make(); });
  const int port = port_of(endpoint.address());
  TcpClient scraper(port);
  scraper.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  slow.await(1);
  TcpClient other(port);
  other.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(other.read_all(), StartsWith("HTTP/1.1 200 OK\r\n"));
  slow.let_go();
  EXPECT_THAT(scraper.read_all(), EndsWith("\r\n\r\nslow\n"));
}

TEST(EndpointSlowPageTest, OutlivesAScraperThatDidNotWait) {
  SlowPage slow;
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  const Endpoint endpoint(options, [&](const Scrape&) { return slow.make(); });
  const int port = port_of(endpoint.address());
  {
    TcpClient scraper(port);
    scraper.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    slow.await(1);
  }
  slow.let_go();
  TcpClient next(port);
  next.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(next.read_all(), EndsWith("\r\n\r\nslow\n"));
}

TEST(EndpointFailureTest, AnswersWhateverThePageThrows) {
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  const Endpoint endpoint(options, [](const Scrape&) -> ExpositionAnswer { throw 42; });
  TcpClient client(port_of(endpoint.address()));
  client.send("GET /metrics HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 500 "));
}

}  // namespace
}  // namespace seadragon::monitoring
