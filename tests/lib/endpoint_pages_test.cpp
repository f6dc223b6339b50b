#include "lib/src/endpoint_pages.h"

#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

using testing::HasSubstr;

using Case = std::pair<std::string_view, bool>;
class AcceptEncodingTest : public testing::TestWithParam<Case> {};

TEST_P(AcceptEncodingTest, TakesGzipOrNot) {
  EXPECT_EQ(accepts_gzip(GetParam().first), GetParam().second) << GetParam().first;
}

INSTANTIATE_TEST_SUITE_P(
    Headers, AcceptEncodingTest,
    testing::Values(Case{"gzip", true}, Case{"GZIP", true}, Case{"deflate, gzip;q=0.5", true},
                    Case{"gzip;q=0", false}, Case{"gzip; q=0.0", false}, Case{"gzip ; Q=1", true},
                    Case{"*", true}, Case{"*;q=0", false}, Case{"*, gzip;q=0", false},
                    Case{"", false}, Case{"identity", false}, Case{"gzipped", false},
                    Case{"x-gzip-2", false}, Case{"gzip;q=abc", false}, Case{",,;;==", false}));

TEST(EndpointPagesTest, FindsThePathOfATarget) {
  EXPECT_EQ(target_path("/metrics"), "/metrics");
  EXPECT_EQ(target_path("/metrics?name=a"), "/metrics");
  EXPECT_EQ(target_path("http://llm:10300/metrics?x"), "/metrics");
  EXPECT_EQ(target_path("http://llm:10300"), "/");
  EXPECT_EQ(target_path("/a?b=http://c/metrics"), "/a");
  EXPECT_EQ(target_path(""), "");
}

TEST(EndpointPagesTest, ReadsTheTimeAScraperGives) {
  using std::chrono::milliseconds;
  EXPECT_EQ(parse_scrape_timeout("10"), milliseconds(10'000));
  EXPECT_EQ(parse_scrape_timeout("0.25"), milliseconds(250));
  for (const char* text : {"", "0", "-1", "nan", "inf", "1s", "1e9", "99999999999"}) {
    EXPECT_EQ(parse_scrape_timeout(text), std::nullopt) << text;
  }
}

TEST(EndpointPagesTest, GivesTheMetricsPageTheDeadlineOfItsScraper) {
  std::chrono::steady_clock::duration left{};
  EndpointPages pages("title", [&](const Scrape& scrape) {
    left = scrape.deadline - std::chrono::steady_clock::now();
    return std::string();
  });
  pages.answer({.target = "/metrics", .accept_encoding = "", .scrape_timeout = "2.5"});
  EXPECT_GT(left, std::chrono::milliseconds(2000));
  EXPECT_LE(left, std::chrono::milliseconds(2500));
}

TEST(EndpointPagesTest, AnswersAPageThatThrowsWith500AndTheReason) {
  EndpointPages pages("title",
                      [](const Scrape&) -> std::string { throw std::runtime_error("no cells"); });
  const EndpointAnswer answer = pages.answer({.target = "/metrics"});
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "The metrics could not be gathered: no cells\n");
}

TEST(EndpointPagesTest, EscapesTheTitleOfTheLandingPage) {
  EndpointPages pages("a <b> & c", [](const Scrape&) { return std::string(); });
  EXPECT_THAT(pages.answer({.target = "/"}).body, HasSubstr("<h1>a &lt;b> &amp; c</h1>"));
}

}  // namespace
}  // namespace seadragon::monitoring::detail
