// An endpoint that is left alone with its work, and one that ends in the middle of it.
#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/endpoint.h"
#include "tests/eventually.h"
#include "tests/lib/endpoint_access.h"
#include "tests/lib/tcp_client.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using tests::eventually;
using tests::port_of;
using tests::TcpClient;

EndpointOptions any_port() {
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  return options;
}

/// A page that is made when it is told to.
class HeldPage {
 public:
  Endpoint::Page page() {
    return [this](const Scrape& scrape) {
      ++begun_;
      EXPECT_TRUE(eventually([this] { return go_on_.load(); }));
      return ExpositionAnswer{
          .body = std::string(scrape.request.query), .content_type = "text/plain", .gzip = false};
    };
  }
  int begun() const { return begun_; }
  void go_on() { go_on_ = true; }

 private:
  std::atomic<int> begun_ = 0;
  std::atomic<bool> go_on_ = false;
};

void ask(TcpClient& client, const std::string& query) {
  client.send("GET /metrics?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
}

TEST(EndpointQueueTest, MakesNoPageForThoseWhoHaveLeft) {
  HeldPage held;
  Endpoint endpoint(any_port(), held.page());
  TcpClient first(port_of(endpoint.address()));
  ask(first, "first");
  EXPECT_TRUE(eventually([&] { return held.begun() == 1; }));
  for (int i = 0; i < 50; ++i) {
    TcpClient gone(port_of(endpoint.address()));
    ask(gone, "gone");
    gone.reset();
  }
  TcpClient last(port_of(endpoint.address()));
  ask(last, "last");
  TcpClient after(port_of(endpoint.address()));  // is answered only when all before it were read
  after.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(after.read_all(), HasSubstr("200 OK"));
  held.go_on();
  EXPECT_THAT(first.read_all(), HasSubstr("first"));
  EXPECT_THAT(last.read_all(), HasSubstr("last"));
  EXPECT_LE(held.begun(), 3) << "the two, and one of the others at most";
}

TEST(EndpointQueueTest, AnswersWhoHasOnlyFinishedSpeaking) {
  Endpoint endpoint(any_port(), [](const Scrape&) {
    return ExpositionAnswer{.body = "page\n", .content_type = "text/plain", .gzip = false};
  });
  TcpClient client(port_of(endpoint.address()));
  ask(client, "");
  client.finish_sending();
  EXPECT_THAT(client.read_all(), HasSubstr("page"));
}

TEST(EndpointQueueTest, HoldsNoMoreThanTwiceItsConnections) {
  HeldPage held;
  EndpointOptions options = any_port();
  options.max_connections = 4;
  Endpoint endpoint(options, held.page());
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<TcpClient>(port_of(endpoint.address())));
    ask(*clients.back(), "x");
  }
  const auto closed = [&] {
    return std::ranges::count_if(clients, [](const auto& client) { return client->is_closed(); });
  };
  EXPECT_TRUE(eventually([&] { return closed() >= 40 - 2 * 4; })) << closed();
  held.go_on();
}

TEST(EndpointShutdownTest, WaitsForAReloadThatMovesIt) {
  std::atomic<bool> reloading = false, ending = false;
  std::unique_ptr<Endpoint> endpoint;
  Endpoint* raw = nullptr;
  EndpointOptions options = any_port();
  options.reload = [&] {
    reloading = true;
    EXPECT_TRUE(eventually([&] { return ending.load(); }));
    raw->listen("127.0.0.1:0,[::1]:0");
  };
  endpoint = std::make_unique<Endpoint>(options, [](const Scrape&) { return ExpositionAnswer(); });
  raw = endpoint.get();
  TcpClient client(port_of(endpoint->address()));
  client.send("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return reloading.load(); }));
  std::thread end([&] { delete endpoint.release(); });
  ending = true;
  end.join();
}

TEST(EndpointShutdownTest, SurvivesAReloadThatThrowsAnything) {
  EndpointOptions options = any_port();
  options.reload = [] { throw 42; };
  Endpoint endpoint(options, [](const Scrape&) { return ExpositionAnswer(); });
  TcpClient client(port_of(endpoint.address()));
  client.send(
      "POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("500 Internal Server Error"));
}

TEST(EndpointShutdownTest, EndsWhileAClientDoesNotReadItsAnswer) {
  auto endpoint = std::make_unique<Endpoint>(any_port(), [](const Scrape&) {
    return ExpositionAnswer{
        .body = std::string(20'000'000, 'x'), .content_type = "text/plain", .gzip = false};
  });
  TcpClient client(port_of(endpoint->address()));
  ask(client, "");
  EXPECT_THAT(client.read_until("200 OK"), HasSubstr("200 OK"));
  const auto begin = std::chrono::steady_clock::now();
  endpoint.reset();
  // A second is promised, a write_timeout would be ten.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace seadragon::monitoring
