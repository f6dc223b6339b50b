#include "lib/src/endpoint_pages.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

using testing::HasSubstr;

EndpointOptions titled(const char* title) {
  EndpointOptions options;
  options.title = title;
  return options;
}

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
  EndpointPages pages(titled("title"), [&](const Scrape& scrape) {
    left = scrape.deadline - std::chrono::steady_clock::now();
    return ExpositionAnswer();
  });
  pages.answer({.target = "/metrics", .scrape_timeout = "2.5"}, true);
  EXPECT_GT(left, std::chrono::milliseconds(2000));
  EXPECT_LE(left, std::chrono::milliseconds(2500));
}

TEST(EndpointPagesTest, HandsOverWhatTheScraperAsksFor) {
  std::string asked;
  EndpointPages pages(titled("title"), [&](const Scrape& scrape) {
    asked.append(scrape.request.accept).append("|");
    asked.append(scrape.request.accept_encoding).append("|").append(scrape.request.query);
    return ExpositionAnswer{.body = "page", .content_type = "text/x", .gzip = true};
  });
  const EndpointAnswer answer =
      pages.answer({.target = "/metrics?a=1", .accept = "b", .accept_encoding = "c"}, true);
  EXPECT_EQ(asked, "b|c|a=1");
  EXPECT_EQ(answer.body, "page");
  EXPECT_EQ(answer.content_type, "text/x");
  EXPECT_EQ(answer.extra_headers, "Vary: Accept, Accept-Encoding\r\nContent-Encoding: gzip\r\n");
}

TEST(EndpointPagesTest, AnswersWhatWasAskedForWronglyWith400AndTheReason) {
  EndpointPages pages(titled("Title"), [](const Scrape&) -> ExpositionAnswer {
    throw std::invalid_argument("no collector \"x\" runs");
  });
  const EndpointAnswer answer = pages.answer({.target = "/metrics?collect[]=x"}, true);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "no collector \"x\" runs\n");
}

TEST(EndpointPagesTest, CountsADeadlineFromWhenItWasAsked) {
  const auto asked = std::chrono::steady_clock::now() - std::chrono::seconds(3);
  std::chrono::steady_clock::time_point deadline;
  EndpointPages pages(titled("Title"), [&](const Scrape& scrape) -> ExpositionAnswer {
    deadline = scrape.deadline;
    EXPECT_EQ(scrape.asked, asked);
    return {};
  });
  pages.answer({.target = "/metrics", .scrape_timeout = "5", .asked = asked}, true);
  EXPECT_EQ(deadline, asked + std::chrono::seconds(5));
}

TEST(EndpointPagesTest, AnswersAPageThatThrowsWith500AndTheReason) {
  EndpointPages pages(titled("title"), [](const Scrape&) -> ExpositionAnswer {
    throw std::runtime_error("no cells");
  });
  const EndpointAnswer answer = pages.answer({.target = "/metrics"}, true);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "The metrics could not be gathered: no cells\n");
}

TEST(EndpointPagesTest, EscapesTheTitleOfTheLandingPage) {
  EndpointPages pages(titled("a <b> & c"), [](const Scrape&) { return ExpositionAnswer(); });
  EXPECT_THAT(pages.answer({.target = "/"}, true).body, HasSubstr("<h1>a &lt;b> &amp; c</h1>"));
}

}  // namespace
}  // namespace seadragon::monitoring::detail
