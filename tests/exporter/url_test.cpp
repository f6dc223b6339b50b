#include "exporter/url.h"

#include <gtest/gtest.h>

namespace seadragon::exporter {
namespace {

TEST(UrlTest, HasHostPortAndPath) {
  const Url expected{.tls = false,
                     .host = "gpu-7",
                     .port = 8000,
                     .host_header = "gpu-7:8000",
                     .target = "/metrics?a=/b"};
  EXPECT_EQ(parse_url("http://gpu-7:8000/metrics?a=/b"), expected);
}

TEST(UrlTest, KnowsThePortOfItsScheme) {
  EXPECT_EQ(parse_url("http://a/")->port, 80);
  EXPECT_EQ(parse_url("https://a/")->port, 443);
  EXPECT_TRUE(parse_url("https://a/")->tls);
  EXPECT_EQ(parse_url("https://a:/")->port, 443);
  EXPECT_EQ(parse_url("https://a:443/")->host_header, "a");
  EXPECT_EQ(parse_url("http://a:443/")->host_header, "a:443");
}

TEST(UrlTest, TakesBracketsFromAnIpv6Address) {
  const auto url = parse_url("http://[::1]:8000/metrics");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8000);
  EXPECT_EQ(url->host_header, "[::1]:8000");
  EXPECT_EQ(parse_url("http://[::1]")->host_header, "[::1]");
}

TEST(UrlTest, AsksForTheRootWhereThereIsNoPath) {
  EXPECT_EQ(parse_url("http://a")->target, "/");
  EXPECT_EQ(parse_url("http://a?b=c")->target, "/?b=c");
}

TEST(UrlTest, DropsAFragment) {
  EXPECT_EQ(parse_url("http://a/b?c#d?e/f")->target, "/b?c");
  EXPECT_EQ(parse_url("http://a#b")->target, "/");
}

TEST(UrlTest, RefusesWhatIsNoUrlOfAPage) {
  for (const char* const bad :
       {"", "http://", "http:///metrics", "a:80/metrics", "ftp://a/", "HTTP://a/", "http://:80/",
        "http://a:0/", "http://a:65536/", "http://a:80x/", "http://a:-1/", "http://::1/",
        "http://[::1/", "http://[]/", "http://[::1]80/", "http://user:word@a/", "http://a/ b",
        "http://a/\r\nEvil: x", "http://a\t/"}) {
    EXPECT_EQ(parse_url(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace seadragon::exporter
