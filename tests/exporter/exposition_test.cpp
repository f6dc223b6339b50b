#include "exporter/exposition.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace seadragon::exporter {
namespace {

TEST(SeriesTest, ReadsNameLabelsAndValue) {
  const auto series = parse_series(R"(vllm:num_requests_waiting{engine="0",model="a b"} 3.5)");
  ASSERT_TRUE(series);
  EXPECT_EQ(series->name, "vllm:num_requests_waiting");
  ASSERT_EQ(series->labels.size(), 2U);
  EXPECT_EQ(series->labels[0].name, "engine");
  EXPECT_EQ(series->labels[1].value, "a b");
  EXPECT_EQ(series->value, 3.5);
}

TEST(SeriesTest, UnescapesLabelValues) {
  const auto series = parse_series(R"(x{a="\"q\"\\\n,}",b=""} 1)");
  ASSERT_TRUE(series);
  EXPECT_EQ(series->labels[0].value, "\"q\"\\\n,}");
  EXPECT_EQ(series->labels[1].value, "");
}

TEST(SeriesTest, ReadsTheSpecialValues) {
  EXPECT_TRUE(std::isnan(parse_series("x NaN")->value));
  EXPECT_EQ(parse_series("x +Inf")->value, std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_series("x -Inf")->value, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_series("x -1.5e+03")->value, -1500);
  EXPECT_EQ(parse_series("x +4")->value, 4);
}

class WellFormedSeriesTest : public testing::TestWithParam<std::string_view> {};

TEST_P(WellFormedSeriesTest, HasTheValueSeven) {
  const auto series = parse_series(GetParam());
  ASSERT_TRUE(series);
  EXPECT_EQ(series->name, "x");
  EXPECT_EQ(series->value, 7);
}

INSTANTIATE_TEST_SUITE_P(Lines, WellFormedSeriesTest,
                         testing::Values("x 7", "x\t7 ", "x{} 7", "x{}7", "x { a = \"1\" , } 7",
                                         "x{a=\"1\",} 7", "x 7 1763895000125", "x 7 1763895000.125",
                                         "x 7 -1", "x 7 # {} 1", "x 7 # {id=\"4f1c\"} 0.3 1763.5",
                                         "x{a=\"#\"} 7 12 # {id=\"4f1c\"} 0.3"));

class MalformedSeriesTest : public testing::TestWithParam<std::string_view> {};

TEST_P(MalformedSeriesTest, IsRefused) { EXPECT_FALSE(parse_series(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Lines, MalformedSeriesTest,
                         testing::Values("", " ", "# TYPE x gauge", "x", "x ", "x seven", "x -nan",
                                         "x nan", "x 1,5", "x 0x7", "x +-7", "x 1e999", "x 7 soon",
                                         "x 7 NaN", "x 7 1 2", "7x 1", "x{ 7", "x{a} 7", "x{a=1} 7",
                                         "x{a=\"1} 7", "x{a=\"1\" b=\"2\"} 7", "x{a=\"1\",,} 7",
                                         "x{,} 7", "x{a=\"\\t\"} 7", "x{a=\"\\", "x{a:b=\"1\"} 7",
                                         "x{0a=\"1\"} 7", "x-y 7", "x 7 #", "x 7 # {} ",
                                         "x 7 # {id=\"1\" 1", "x 7 # {} 1 2 3", "x 7\r",
                                         "{\"x\"} 7"));

TEST(FindSeriesTest, FindsEverySeriesOfTheNameAndNoOther) {
  const auto found = find_series(
      "# HELP x Help.\nx{a=\"1\"} 1\nxx 5\nx_total 6\nx{a=\"2\"} 2\ny 7\nx{a=\"3\"} 4", "x");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ(found->back().value, 4);
}

TEST(FindSeriesTest, FindsNoneOnAPageWithoutTheName) {
  const auto found = find_series("y 1\n", "x");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->empty());
  EXPECT_TRUE(find_series("", "x")->empty());
}

TEST(FindSeriesTest, IgnoresMalformedLinesOfOtherNames) {
  const auto found = find_series("y -nan\n{{{\nz{a=\"\n\xff\xfe\nx 1\n", "x");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 1U);
}

TEST(FindSeriesTest, RefusesMalformedLinesOfTheName) {
  EXPECT_FALSE(find_series("x 1\nx -nan\n", "x"));
  EXPECT_FALSE(find_series("x-1 1\n", "x"));
}

}  // namespace
}  // namespace seadragon::exporter
