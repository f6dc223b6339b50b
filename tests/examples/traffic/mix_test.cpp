#include "examples/traffic/mix.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace traffic {
namespace {

TEST(MixTest, GivesWeightToTheKindsThatAreNamed) {
  EXPECT_EQ(parse_mix("stream=40,plain=2.5"), (Mix{40, 2.5, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(parse_mix("unknown_route=1"), (Mix{0, 0, 0, 0, 0, 0, 0, 0, 1}));
}

TEST(MixTest, SaysWhichWordIsWrong) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"stream", "mix: \"stream\" is not kind=weight"},
      {"stream=1,stroll=2", "mix: \"stroll=2\" names no kind of request"},
      {"stream=", "mix: \"stream=\" has no weight of 0 or more"},
      {"stream=-1", "mix: \"stream=-1\" has no weight of 0 or more"},
      {"stream=nan", "mix: \"stream=nan\" has no weight of 0 or more"},
      {"stream=1x", "mix: \"stream=1x\" has no weight of 0 or more"},
      {"", "mix: no kind has a weight"},
      {"stream=0", "mix: no kind has a weight"},
  };
  for (const auto& [text, message] : cases) {
    try {
      parse_mix(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const std::invalid_argument& error) {
      EXPECT_STREQ(error.what(), message);
    }
  }
}

}  // namespace
}  // namespace traffic
