// What strangers send to the endpoint, damaged in a few places: the same places in every run.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "lib/src/endpoint_pages.h"
#include "lib/src/exposition_request.h"
#include "seadragon/monitoring/registry.h"
#include "tests/mutator.h"

namespace seadragon::monitoring::detail {
namespace {

using tests::Mutator;

constexpr std::string_view accept =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
    "application/openmetrics-text;version=\"1.0.0\";q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
constexpr std::string_view encoding = "gzip;q=1.0, identity; q=0.5, *;q=0";
constexpr std::string_view target =
    "http://llm:10300/metrics?name[]=app_x&name%5B%5D=%41&created=1";

TEST(RequestMutationTest, EveryRequestGetsAPageThatItsTypeDescribes) {
  Registry registry;
  registry.counter("app_x_total", "X.").increment();
  Exposition page;
  page.add(registry);
  Mutator mutator;
  for (int i = 0; i < 20'000; ++i) {
    const std::string wish = mutator.mutated(std::string(accept));
    const std::string where = mutator.mutated(std::string(target));
    const ExpositionAnswer answer = page.answer({.accept = wish, .query = target_query(where)});
    EXPECT_EQ(answer.content_type, content_type(negotiate_format(wish)));
    EXPECT_EQ(answer.body.ends_with("# EOF\n"),
              negotiate_format(wish) == ExpositionFormat::openmetrics);
    EXPECT_LE(target_path(where).size(), where.size() + 1);
  }
}

TEST(RequestMutationTest, GzipIsSentOnlyToWhoNamesIt) {
  Mutator mutator;
  for (int i = 0; i < 50'000; ++i) {
    const std::string wish = mutator.mutated(std::string(encoding));
    std::string lower = wish;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (accepts_gzip(wish)) {
      EXPECT_TRUE(lower.find("gzip") != std::string::npos || lower.find('*') != std::string::npos);
    }
  }
}

TEST(RequestMutationTest, TimesAreAtMostAnHour) {
  Mutator mutator;
  for (int i = 0; i < 50'000; ++i) {
    const auto timeout = parse_scrape_timeout(mutator.mutated("9.5"));
    EXPECT_TRUE(!timeout || timeout->count() <= 3'600'000);
  }
}

}  // namespace
}  // namespace seadragon::monitoring::detail
