#include "lib/src/text_buffer.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <seadragon/monitoring/detail/cells.h>

namespace seadragon::monitoring::detail {
namespace {

std::string written(double number) {
  TextBuffer buffer(64);
  buffer.make_room(TextBuffer::longest_number);
  buffer.put(number);
  return buffer.take();
}

/// The shortest text, as the standard library finds it.
std::string shortest(double number) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

TEST(TextBufferTest, WritesDecimalNumbersAsTheStandardLibraryDoes) {
  std::mt19937_64 random(20261124);
  for (int decimals = 1; decimals <= 7; ++decimals) {
    for (int i = 0; i < 20'000; ++i) {
      const auto digits = static_cast<std::int64_t>(random() >> (1 + random() % 63));
      double number = static_cast<double>(digits) / std::pow(10, decimals);
      if (random() % 2 == 0) number = -number;
      if (std::trunc(number) == number) continue;  // a large integer is written without exponent
      ASSERT_EQ(written(number), shortest(number));
      const double next = std::nextafter(number, 0);
      ASSERT_EQ(written(next), shortest(next));
    }
  }
}

TEST(TextBufferTest, WritesAnyDoubleSoThatItReadsBack) {
  std::mt19937_64 random(20261124);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t bits = random();
    const double number = to_double(bits);
    if (!std::isfinite(number)) continue;
    const std::string text = written(number);
    double read = 0;
    ASSERT_EQ(std::from_chars(text.data(), text.data() + text.size(), read).ec, std::errc())
        << text;
    ASSERT_EQ(read, number) << text;
  }
}

TEST(TextBufferTest, WritesWhatIsNoNumberAsPrometheusDoes) {
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(written(0.0), "0");
}

}  // namespace
}  // namespace seadragon::monitoring::detail
