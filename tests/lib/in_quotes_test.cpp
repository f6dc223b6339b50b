#include "lib/src/in_quotes.h"

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

TEST(InQuotesTest, LeavesAnOrdinaryTextAsItIs) { EXPECT_EQ(in_quotes("a b é"), "\"a b é\""); }

TEST(InQuotesTest, KeepsAMessageOnOneLine) { EXPECT_EQ(in_quotes("a\nb\x1b"), "\"a?b?\""); }

TEST(InQuotesTest, KeepsAMessageShort) {
  EXPECT_EQ(in_quotes(std::string(100, 'x')), '"' + std::string(80, 'x') + "...\"");
}

}  // namespace
}  // namespace seadragon::monitoring::detail
