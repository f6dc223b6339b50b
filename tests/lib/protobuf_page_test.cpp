#include "lib/src/protobuf_page.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/lib/protobuf_reader.h"

namespace seadragon::monitoring::detail {
namespace {

using tests::families;
using tests::labels;
using Labels = tests::ReadLabels;
using Message = tests::ReadMessage;

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char byte : bytes) {
    out += digits[static_cast<unsigned char>(byte) / 16];
    out += digits[static_cast<unsigned char>(byte) % 16];
  }
  return out;
}

TEST(ProtobufPageTest, IsOfTheseBytes) {
  ProtobufPage page;
  page.family({"a_total", "A.", MetricType::counter});
  page.number({.labels = R"(x="1")"}, std::uint64_t{300});
  page.number({.labels = "", .timestamp = 1000}, 0.5);
  EXPECT_EQ(hexadecimal(page.finish()),
            "34"  // length of the family
            "0a07"
            "615f746f74616c"  // name
            "1202"
            "412e"  // help
            "1800"  // type
            "2213"  // metric
            "0a06"
            "0a0178"
            "120131"  // label
            "1a09"
            "090000000000c07240"  // counter
            "220e"
            "1a09"
            "09000000000000e03f"
            "30e807");  // time of the sample
}

TEST(ProtobufPageTest, HasNumbersInTheFieldOfTheirType) {
  ProtobufPage page;
  const std::vector<std::pair<MetricType, std::uint64_t>> types = {
      {MetricType::counter, 3}, {MetricType::gauge, 2}, {MetricType::untyped, 5}};
  for (const auto& [type, field] : types) {
    page.family({type_name(type), "Help.", type});
    page.number({}, 1.5);
    page.number({}, std::uint64_t{7});
  }
  const std::string bytes = page.finish();
  const std::vector<Message> read = families(bytes);
  ASSERT_EQ(read.size(), types.size());
  const std::vector<std::uint64_t> type_numbers = {0, 1, 3};
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].text(1), type_name(types[i].first));
    EXPECT_EQ(read[i].text(2), "Help.");
    EXPECT_EQ(read[i].integer(3), type_numbers[i]);
    const std::vector<Message> series = read[i].messages(4);
    ASSERT_EQ(series.size(), 2U);
    EXPECT_EQ(series[0].message(types[i].second).number(1), 1.5);
    EXPECT_EQ(series[1].message(types[i].second).number(1), 7);
  }
}

TEST(ProtobufPageTest, KeepsNumbersThatAreNone) {
  ProtobufPage page;
  page.family({"g", "", MetricType::gauge});
  const std::array<double, 4> numbers = {-0.0, INFINITY, -INFINITY,
                                         std::numeric_limits<double>::denorm_min()};
  for (const double number : numbers) page.number({}, number);
  page.number({}, NAN);
  const std::string bytes = page.finish();
  const std::vector<Message> series = families(bytes).at(0).messages(4);
  ASSERT_EQ(series.size(), 5U);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double read = series[i].message(2).number(1);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(read), std::bit_cast<std::uint64_t>(numbers[i]));
  }
  EXPECT_TRUE(std::isnan(series[4].message(2).number(1)));
}

TEST(ProtobufPageTest, LeavesOutFamiliesWithoutSeries) {
  ProtobufPage page;
  page.family({"first", "", MetricType::gauge});
  page.family({"second", "", MetricType::gauge});
  page.number({}, 1.0);
  page.family({"third", "", MetricType::gauge});
  const std::string bytes = page.finish();
  ASSERT_EQ(families(bytes).size(), 1U);
  EXPECT_EQ(families(bytes)[0].text(1), "second");
}

TEST(ProtobufPageTest, IsEmptyOnceFinished) {
  ProtobufPage page;
  EXPECT_EQ(page.finish(), "");
  page.family({"g", "", MetricType::gauge});
  page.number({}, 1.0);
  const std::string once = page.finish();
  EXPECT_EQ(page.finish(), "");
  page.family({"g", "", MetricType::gauge});
  page.number({}, 1.0);
  EXPECT_EQ(page.finish(), once);
}

TEST(ProtobufPageTest, HasLabelsWithoutTheEscapesOfText) {
  const std::vector<std::pair<std::string_view, Labels>> cases = {
      {"", {}},
      {R"(a="")", {{"a", ""}}},
      {R"(a="1",b="2")", {{"a", "1"}, {"b", "2"}}},
      {R"(a="x\"y",b="z")", {{"a", "x\"y"}, {"b", "z"}}},
      {R"(a="\\",b="\n\\n")", {{"a", "\\"}, {"b", "\n\\n"}}},
      {R"(a="b=\"c\",",d="}")", {{"a", "b=\"c\","}, {"d", "}"}}},
      {"a=\"\u00E9,\U0001F409\"", {{"a", "\u00E9,\U0001F409"}}},
  };
  for (const auto& [text, expected] : cases) {
    ProtobufPage page;
    page.family({"g", "", MetricType::gauge});
    page.number({.labels = text}, 1.0);
    const std::string bytes = page.finish();
    EXPECT_EQ(labels(families(bytes).at(0).messages(4).at(0)), expected) << text;
  }
}

TEST(ProtobufPageTest, HoldsMessagesOfAnyLength) {
  const std::vector<std::size_t> lengths = {0, 1, 127, 128, 129, 16'383, 16'384, 3'000'000};
  for (const std::size_t length : lengths) {
    ProtobufPage page;
    const std::string value(length, 'x');
    page.family({"g", value, MetricType::gauge});
    page.number({.labels = "a=\"" + value + "\""}, 1.0);
    page.number({.labels = R"(a="1")"}, 2.0);
    const std::string bytes = page.finish();
    const std::vector<Message> read = families(bytes);
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].text(2), value);
    ASSERT_EQ(read[0].count(4), 2U);
    EXPECT_EQ(labels(read[0].messages(4)[0]), (Labels{{"a", value}}));
    EXPECT_EQ(labels(read[0].messages(4)[1]), (Labels{{"a", "1"}}));
  }
}

TEST(ProtobufPageTest, HasTheTimeOfASampleOnlyWhereItIsKnown) {
  ProtobufPage page;
  page.family({"g", "", MetricType::gauge});
  page.number({.labels = "", .created = 1'700'000'000}, 1.0);
  page.number({.labels = "", .timestamp = 1'700'000'000'123}, 1.0);
  page.number({.labels = "", .timestamp = -1}, 1.0);
  const std::string bytes = page.finish();
  const std::vector<Message> series = families(bytes).at(0).messages(4);
  EXPECT_EQ(series.at(0).count(6), 0U);
  EXPECT_EQ(series.at(1).integer(6), 1'700'000'000'123U);
  EXPECT_EQ(static_cast<std::int64_t>(series.at(2).integer(6)), -1);
}

TEST(ProtobufPageTest, HasSummaries) {
  ProtobufPage page;
  page.family({"s", "", MetricType::summary});
  const std::array<SummaryValue::Quantile, 2> quantiles = {{{0.5, 2}, {0.99, 7}}};
  page.summary({.labels = R"(a="1")"}, {.quantiles = quantiles, .count = 300, .sum = 12.5});
  const std::string bytes = page.finish();
  const Message family = families(bytes).at(0);
  EXPECT_EQ(family.integer(3), 2U);
  const Message summary = family.message(4).message(4);
  EXPECT_EQ(summary.integer(1), 300U);
  EXPECT_EQ(summary.number(2), 12.5);
  const std::vector<Message> read = summary.messages(3);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].number(1), 0.99);
  EXPECT_EQ(read[1].number(2), 7);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
