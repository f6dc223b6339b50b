#include "lib/src/exposition_request.h"

#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

using Wish = std::pair<std::string_view, ExpositionFormat>;
class AcceptTest : public testing::TestWithParam<Wish> {};

TEST_P(AcceptTest, GetsTheFormatItLikesBest) {
  EXPECT_EQ(negotiate_format(GetParam().first), GetParam().second) << GetParam().first;
}

constexpr auto text = ExpositionFormat::text;
constexpr auto openmetrics = ExpositionFormat::openmetrics;
constexpr auto protobuf = ExpositionFormat::protobuf;

// The first three are what Prometheus 2.42 sends, with and without native histograms, and 3.
INSTANTIATE_TEST_SUITE_P(
    Headers, AcceptTest,
    testing::Values(
        Wish{"application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
             "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
             openmetrics},
        Wish{"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
             "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
             "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,"
             "*/*;q=0.1",
             protobuf},
        Wish{"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
             "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;"
             "escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/*;q=0.1",
             openmetrics},
        Wish{"", text}, Wish{"*/*", text}, Wish{"text/plain", text}, Wish{"text/html", text},
        Wish{"text/plain, application/openmetrics-text", text},
        Wish{"text/plain;q=0.5, Application/OpenMetrics-Text ; Version=\"1.0.0\"", openmetrics},
        Wish{"application/openmetrics-text;version=0.0.1", text},
        Wish{"application/openmetrics-text;q=0", text},
        Wish{"application/vnd.google.protobuf", text},
        Wish{"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
             "encoding=compact-text",
             text},
        Wish{",;=;q", text}));

TEST(ExpositionQueryTest, ReadsNamesAndWhetherCreatedIsWanted) {
  const ExpositionQuery query =
      parse_exposition_query("name[]=a_total&name%5B%5D=b%5fc&x=1&created=1");
  EXPECT_THAT(query.names, ElementsAre("a_total", "b_c"));
  EXPECT_TRUE(query.created);
}

TEST(ExpositionQueryTest, TakesWhatIsNoEscapeAsItIs) {
  EXPECT_THAT(parse_exposition_query("name[]=%&name[]=%4&name[]=%zz&name[]=a+b").names,
              ElementsAre("%", "%4", "%zz", "a b"));
}

TEST(ExpositionQueryTest, IsForEverythingWhenItIsEmpty) {
  EXPECT_THAT(parse_exposition_query("").names, IsEmpty());
  EXPECT_FALSE(parse_exposition_query("&&=&").created);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
