// Texts of strangers, damaged in a few places: the same places in every run.
#include "tests/lib/hostile_text.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/mutator.h"

namespace seadragon::tests {
namespace {

constexpr int rounds = 50'000;

TEST(HostileTextTest, NoRequestIdHoldsMoreThanItMay) {
  Mutator mutator;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = mutator.mutated("9f3c.Client_7-" + std::string(45, 'x'));
    ASSERT_EQ(wrong_in_request_id(text), "") << text;
  }
}

TEST(HostileTextTest, NoHeaderMakesAClientUp) {
  Mutator mutator;
  for (int i = 0; i < rounds; ++i) {
    const std::string text =
        mutator.mutated("203.0.113.7, [2001:db8::1]:4711,10.0.0.7 ,\t::1, 198.51.100.2:80");
    ASSERT_EQ(wrong_in_forwarded_for(text), "") << text;
  }
}

TEST(HostileTextTest, NoTextForgesALineOrAField) {
  Mutator mutator;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = mutator.mutated(
        "/v1/\xE6\xB5\xB7?\"\\\x1b[31m\r\n2026-11-23 - INFO\xE2\x80\xAE\xC2\x9B\xF0\x9F\x90\x89");
    ASSERT_EQ(wrong_in_log_line(text), "") << text;
  }
}

}  // namespace
}  // namespace seadragon::tests
