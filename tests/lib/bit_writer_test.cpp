#include "lib/src/bit_writer.h"

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

TEST(BitWriterTest, FillsBytesFromTheLowestBit) {
  std::string text = "x";
  BitWriter out(text);
  out.reserve(19);
  out.put({0b1, 1});
  out.put({0b10, 2}, Bits{0b01111, 5}, Bits{0b1'0000'0011, 9}, Bits{0b11, 2});
  out.reserve(8);
  out.end_byte();
  out.end();
  EXPECT_EQ(text, "x\x7d\x03\x07");
}

TEST(BitWriterTest, TakesAsManyBitsAtOnceAsItSays) {
  std::string text;
  BitWriter out(text);
  out.reserve(7 + 56 + 1);
  out.put({0, 7});
  out.put({0xffff'ffff, 32}, Bits{0xff'ffff, 24});
  out.put({0, 1});
  out.end();
  EXPECT_EQ(text, std::string("\x80\xff\xff\xff\xff\xff\xff\x7f", 8));
}

TEST(BitWriterTest, AddsNothingToAByteThatIsFull) {
  std::string text;
  BitWriter out(text);
  out.reserve(16);
  out.put({'a', 8});
  out.end_byte();
  out.end();
  EXPECT_EQ(text, "a");
}

}  // namespace
}  // namespace seadragon::monitoring::detail
