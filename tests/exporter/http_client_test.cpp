#include "exporter/http_client.h"

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "tests/eventually.h"
#include "tests/exporter/servers.h"

namespace seadragon::exporter {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr HttpLimits limits = {.time = 20s, .body_bytes = 1000};
constexpr HttpLimits hurry = {.time = 500ms, .body_bytes = 1000};

HttpOutcome outcome_of(const std::string& url, const HttpLimits& within = limits) {
  const HttpRequest request{.url = url, .limits = within};
  return HttpClient().get_all({&request, 1}, {}).front();
}

std::string failure_of(const std::string& url, const HttpLimits& within = limits) {
  return outcome_of(url, within).failure;
}

std::string failure_of_answer(const std::string& answer) {
  return failure_of(SpeakingServer(answer).url());
}

TEST(HttpClientTest, ReturnsTheBody) {
  const PageServer server("x 1\n");
  HttpClient client;
  EXPECT_EQ(client.get(server.url(), limits, {}), "x 1\n");
  EXPECT_EQ(client.get(server.url(), limits, {}), "x 1\n");
}

TEST(HttpClientTest, ServesAgainAfterAFailure) {
  bool broken = true;
  const PageServer server([&](const httplib::Request&, httplib::Response& response) {
    response.status = broken ? 503 : 200;
    broken = false;
  });
  HttpClient client;
  EXPECT_THROW(client.get(server.url(), limits, {}), std::runtime_error);
  EXPECT_EQ(client.get(server.url(), limits, {}), "");
}

TEST(HttpClientTest, AsksForPlainTextThatIsNotCompressed) {
  std::string request;
  std::string address;
  {
    const SpeakingServer server([&](const Peer& peer) {
      request = peer.request();
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    address = "127.0.0.1:" + std::to_string(server.port());
    EXPECT_EQ(failure_of("http://" + address + "?model=a#part"), "");
  }
  const std::size_t agent = request.find("seadragon-exporter/");
  ASSERT_NE(agent, std::string::npos) << request;
  request.erase(agent, request.find('\r', agent) - agent);
  EXPECT_EQ(request, "GET /?model=a HTTP/1.1\r\nHost: " + address +
                         "\r\nUser-Agent: \r\nAccept: text/plain;version=0.0.4, */*;q=0.1\r\n"
                         "Connection: close\r\n\r\n");
}

TEST(HttpClientTest, AcceptsABodyUpToTheLimit) {
  const PageServer fits(std::string(limits.body_bytes, 'x'));
  HttpClient client;
  EXPECT_EQ(client.get(fits.url(), limits, {}).size(), limits.body_bytes);
  const PageServer exceeds(std::string(limits.body_bytes + 1, 'x'));
  EXPECT_EQ(failure_of(exceeds.url()), "the answer is longer than 1000 bytes");
}

TEST(HttpClientTest, ReadsABodyInChunks) {
  const SpeakingServer server(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nx 1\r\n1;note=y\r\n\n\r\n0\r\nTrailer: z\r\n\r\n");
  EXPECT_EQ(outcome_of(server.url()).body, "x 1\n");
}

TEST(HttpClientTest, ReadsABodyThatEndsWithTheConnection) {
  const SpeakingServer server("HTTP/1.0 200 OK\r\n\r\nx 1\n");
  EXPECT_EQ(outcome_of(server.url()).body, "x 1\n");
}

TEST(HttpClientTest, RefusesABodyThatIsCutShort) {
  const std::string cut = "the answer ends in the middle";
  EXPECT_EQ(failure_of_answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx 1\n"), cut);
  EXPECT_EQ(failure_of_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nx 1"),
            cut);
  EXPECT_EQ(failure_of_answer("HTTP/1.1 200 OK\r\nContent-Le"), cut);
}

TEST(HttpClientTest, RefusesABodyThatIsCompressed) {
  EXPECT_EQ(failure_of_answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n..."),
            "the answer is encoded as gzip, which was not asked for");
  EXPECT_EQ(failure_of_answer("HTTP/1.1 200 OK\r\nContent-Encoding: Identity\r\n\r\nx"), "");
}

TEST(HttpClientTest, LeavesABodyWithoutEnd) {
  std::atomic<bool> left = false;
  const SpeakingServer server([&](const Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send("# more\n")) {
    }
    left = true;
  });
  EXPECT_EQ(failure_of(server.url()), "the answer is longer than 1000 bytes");
  EXPECT_TRUE(tests::eventually([&] { return left.load(); }));
}

TEST(HttpClientTest, LeavesAHeadWithoutEnd) {
  const std::string too_long = "the head of the answer is longer than 16384 bytes";
  const SpeakingServer many_fields([](const Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("More: x\r\n")) {
    }
  });
  EXPECT_EQ(failure_of(many_fields.url()), too_long);
  const SpeakingServer one_line([](const Peer& peer) {
    peer.send("HTTP/1.1 200 ");
    while (peer.send("xxxxxxxx")) {
    }
  });
  EXPECT_EQ(failure_of(one_line.url()), too_long);
}

TEST(HttpClientTest, LeavesAnExtensionOfAChunkWithoutEnd) {
  const SpeakingServer server([](const Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;");
    while (peer.send("xxxxxxxx")) {
    }
  });
  EXPECT_EQ(failure_of(server.url()), "the answer is not HTTP: buffer overflow");
}

TEST(HttpClientTest, LeavesAServerThatDripsForEver) {
  const auto drip = [](const Peer& peer) {
    while (peer.send("x")) std::this_thread::sleep_for(10ms);
  };
  const SpeakingServer body([&](const Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    drip(peer);
  });
  EXPECT_EQ(failure_of(body.url(), hurry), "no whole answer within 500 ms");
  const SpeakingServer head([&](const Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nField: ");
    drip(peer);
  });
  EXPECT_EQ(failure_of(head.url(), hurry), "no answer within 500 ms");
}

TEST(HttpClientTest, TellsWhatCameInsteadOfAnAnswer) {
  EXPECT_EQ(failure_of_answer(""), "the connection was closed without an answer");
  EXPECT_EQ(failure_of_answer("SSH-2.0-OpenSSH_9.2\r\n").find("the answer is not HTTP: "), 0);
  EXPECT_EQ(failure_of_answer("HTTP/2.0 200 OK\r\n\r\n").find("the answer is not HTTP: "), 0);
  EXPECT_EQ(failure_of_answer("HTTP/1.1 503 Busy\r\nContent-Length: 99999\r\n\r\n"),
            "answered with status 503");
  const SpeakingServer resets([](const Peer& peer) { peer.reset(); });
  EXPECT_EQ(failure_of(resets.url()), "Connection reset by peer");
}

TEST(HttpClientTest, TellsThatNobodyListens) {
  std::string url;
  {
    const SilentServer gone;
    url = gone.url();
  }
  EXPECT_EQ(failure_of(url), "Connection refused");
}

TEST(HttpClientTest, ReadsManyServersAtOnce) {
  const SilentServer hung, also_hung;
  const PageServer good("x 1\n");
  const std::vector<HttpRequest> requests = {
      {.url = hung.url(), .limits = {.time = 1000ms, .body_bytes = 1000}},
      {.url = good.url(), .limits = limits},
      {.url = also_hung.url(), .limits = {.time = 1000ms, .body_bytes = 1000}},
      {.url = "ftp://127.0.0.1/", .limits = limits}};
  const auto start = steady_clock::now();
  const std::vector<HttpOutcome> outcomes = HttpClient().get_all(requests, {});
  EXPECT_LT(steady_clock::now() - start, 1900ms);
  ASSERT_EQ(outcomes.size(), 4);
  EXPECT_EQ(outcomes[0].failure, "no answer within 1000 ms");
  EXPECT_EQ(outcomes[1].failure, "");
  EXPECT_EQ(outcomes[1].body, "x 1\n");
  EXPECT_EQ(outcomes[2].failure, "no answer within 1000 ms");
  EXPECT_EQ(outcomes[3].failure, "not supported: ftp://127.0.0.1/");
}

TEST(HttpClientTest, StopsAllAtOnce) {
  const SilentServer hung;
  std::atomic<bool> asked = false;
  const SpeakingServer half([&](const Peer& peer) {
    asked = true;
    while (peer.send("x")) std::this_thread::sleep_for(1ms);
  });
  std::stop_source stop;
  const std::jthread stopper([&] {
    EXPECT_TRUE(tests::eventually([&] { return asked.load(); }));
    stop.request_stop();
  });
  const std::vector<HttpRequest> requests = {{.url = hung.url(), .limits = limits},
                                             {.url = half.url(), .limits = limits}};
  for (const HttpOutcome& outcome : HttpClient().get_all(requests, stop.get_token())) {
    EXPECT_EQ(outcome.failure, "stopped");
  }
}

TEST(HttpClientTest, ReadsAnIpv6Address) {
  const SpeakingServer server("HTTP/1.1 200 OK\r\n\r\nx 1\n", AF_INET6);
  ASSERT_NE(server.port(), 0) << "this machine has no IPv6";
  EXPECT_EQ(outcome_of("http://[::1]:" + std::to_string(server.port()) + "/metrics").body, "x 1\n");
}

TEST(HttpClientTest, FollowsNoRedirect) {
  const PageServer server([](const httplib::Request&, httplib::Response& response) {
    response.set_redirect("/elsewhere");
  });
  EXPECT_EQ(failure_of(server.url()), "answered with status 302");
}

TEST(HttpClientTest, UsesNoProxy) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const PageServer server("x 1\n");
  EXPECT_EQ(failure_of(server.url()), "");
  ::unsetenv("http_proxy");
}

TEST(HttpClientTest, ReadsNoFiles) {
  EXPECT_EQ(failure_of("file:///etc/hostname"), "not supported: file:///etc/hostname");
}

}  // namespace
}  // namespace seadragon::exporter
