#include "exporter/proc/fields.h"

#include <gtest/gtest.h>

namespace seadragon::exporter {
namespace {

TEST(FieldsTest, LinesEndAtTheNewlineOrTheEndOfTheText) {
  std::string_view text = "one\n\nthree";
  EXPECT_EQ(take_line(text), "one");
  EXPECT_EQ(take_line(text), "");
  EXPECT_EQ(take_line(text), "three");
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(take_line(text), "");
}

TEST(FieldsTest, AnyNumberOfBlanksSeparatesFields) {
  std::string_view line = "  cpu \t 42 ";
  EXPECT_EQ(take_field(line), "cpu");
  EXPECT_EQ(take_field(line), "42");
  EXPECT_EQ(take_field(line), "");
}

TEST(FieldsTest, NumbersMayUseAll64Bits) {
  EXPECT_EQ(parse_unsigned("0"), 0U);
  EXPECT_EQ(parse_unsigned("18446744073709551615"), 18446744073709551615U);
}

class MalformedNumberTest : public testing::TestWithParam<std::string_view> {};

TEST_P(MalformedNumberTest, IsRefused) { EXPECT_FALSE(parse_unsigned(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Texts, MalformedNumberTest,
                         testing::Values("", "-1", "+1", "1.5", "12x", "0x10",
                                         "18446744073709551616"));

}  // namespace
}  // namespace seadragon::exporter
