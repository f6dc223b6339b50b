#include "alertmanager/configure/web_request.h"

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exporter/servers.h"

namespace seadragon::alerts {
namespace {

using namespace std::chrono_literals;
using exporter::Peer;
using exporter::SilentServer;
using exporter::SpeakingServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string failure_of(const std::string& url, std::chrono::milliseconds timeout = 20s) {
  try {
    get(url, timeout);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(WebRequestTest, ReturnsStatusAndBodyWhateverTheStatus) {
  const SpeakingServer server("HTTP/1.1 503 No\r\nContent-Length: 5\r\n\r\nlater");
  const WebAnswer answer = get(server.url(), 20s);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "later");
}

TEST(WebRequestTest, PostsABodyOfJson) {
  std::string request;
  {
    const SpeakingServer server([&](const Peer& peer) {
      request = peer.request();
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    EXPECT_EQ(post(server.url(), "[{}]", 20s).status, 200);
  }
  EXPECT_THAT(request, AllOf(StartsWith("POST /metrics HTTP/1.1\r\n"),
                             HasSubstr("Content-Type: application/json\r\n"),
                             HasSubstr("Content-Length: 4\r\n")));
}

TEST(WebRequestTest, PostsNothingAtAll) {
  std::string request;
  {
    const SpeakingServer server([&](const Peer& peer) {
      request = peer.request();
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    EXPECT_EQ(post(server.url(), {}, 20s).status, 200);
  }
  EXPECT_THAT(request, HasSubstr("Content-Length: 0\r\n"));
}

TEST(WebRequestTest, FollowsNoRedirect) {
  const SpeakingServer server(
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(get(server.url(), 20s).status, 302);
}

TEST(WebRequestTest, AsksNoProxy) {
  const SilentServer proxy;
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const SpeakingServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(get(server.url(), 5s).status, 200);
  ::unsetenv("http_proxy");
}

TEST(WebRequestTest, ReadsNoMoreThanEightMebibytes) {
  const auto answer_of = [](std::size_t bytes) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
           std::string(bytes, 'x');
  };
  constexpr std::size_t most = 8 * 1024 * 1024;
  {
    const SpeakingServer server(answer_of(most));
    EXPECT_EQ(get(server.url(), 20s).body.size(), most);
  }
  const SpeakingServer server(answer_of(most + 1));
  EXPECT_EQ(failure_of(server.url()), server.url() + ": the answer is longer than 8 MiB");
}

TEST(WebRequestTest, NeverWaitsLongerThanTold) {
  const SilentServer server;
  for (const auto timeout : {200ms, 0ms}) {
    EXPECT_THAT(failure_of(server.url(), timeout),
                AllOf(StartsWith(server.url() + ": "), HasSubstr("timed out")));
  }
}

TEST(WebRequestTest, NamesTheUrlAndTheReason) {
  int port = 0;
  {
    const SilentServer gone;
    port = gone.port();
  }
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/x";
  EXPECT_THAT(failure_of(url), AllOf(StartsWith(url + ": "), HasSubstr("connect")));
}

TEST(WebRequestTest, ShowsNoPassword) {
  for (const char* url : {"http://ops:se@cret@127.0.0.1:1/", "ops:secret@127.0.0.1:1"}) {
    EXPECT_THAT(failure_of(url), AllOf(HasSubstr("127.0.0.1:1"), Not(HasSubstr("cret"))));
  }
}

TEST(WebRequestTest, SpeaksHttpOnly) {
  EXPECT_THAT(failure_of("file:///etc/hostname"), HasSubstr("file"));
  EXPECT_THAT(failure_of("smtp://127.0.0.1:1"), HasSubstr("smtp"));
}

}  // namespace
}  // namespace seadragon::alerts
