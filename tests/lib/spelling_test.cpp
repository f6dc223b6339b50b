#include "lib/src/spelling.h"

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

const std::string words[] = {"listen_address", "timeout", "preset", "url"};

TEST(SpellingTest, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest_word("listen_adress", words), "listen_address");
  EXPECT_EQ(nearest_word("listen-address", words), "listen_address");
  EXPECT_EQ(nearest_word("presets", words), "preset");
  EXPECT_EQ(nearest_word("uri", words), "url");
  EXPECT_EQ(nearest_word("ulr", words), "url");
  EXPECT_EQ(nearest_word("timoeut", words), "timeout");
}

TEST(SpellingTest, DoesNotGuessWildly) {
  EXPECT_EQ(nearest_word("procfs", words), std::nullopt);
  EXPECT_EQ(nearest_word("", words), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(100'000, 'u'), words), std::nullopt);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
