#include "exporter/http_client.h"

#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/exporter/servers.h"

namespace seadragon::exporter {
namespace {

constexpr HttpLimits limits = {.time = std::chrono::seconds(5), .body_bytes = 1000};

std::string failure_of(const std::string& url) {
  HttpClient client;
  try {
    client.get(url, limits, {});
  } catch (const std::runtime_error& failure) {
    return failure.what();
  }
  return "none";
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

TEST(HttpClientTest, AcceptsABodyUpToTheLimit) {
  const PageServer fits(std::string(limits.body_bytes, 'x'));
  HttpClient client;
  EXPECT_EQ(client.get(fits.url(), limits, {}).size(), limits.body_bytes);
  const PageServer exceeds(std::string(limits.body_bytes + 1, 'x'));
  EXPECT_EQ(failure_of(exceeds.url()), "the answer is longer than 1000 bytes");
}

TEST(HttpClientTest, LeavesABodyWithoutEnd) {
  const PageServer server([](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
      return sink.write("# more\n", 7);
    });
  });
  EXPECT_EQ(failure_of(server.url()), "the answer is longer than 1000 bytes");
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
  EXPECT_EQ(failure_of(server.url()), "none");
  ::unsetenv("http_proxy");
}

TEST(HttpClientTest, ReadsNoFiles) {
  EXPECT_NE(failure_of("file:///etc/hostname").find("not supported"), std::string::npos);
}

}  // namespace
}  // namespace seadragon::exporter
