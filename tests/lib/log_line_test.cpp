#include "lib/src/log_line.h"

#include <string>

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

std::string field(std::string_view text, std::size_t most = 256) {
  LogLine line;
  line.put_field(text, most);
  return std::string(line);
}

std::string message(std::string_view text) {
  LogLine line;
  line.put_message(text, 256);
  return std::string(line);
}

std::string json(std::string_view text, std::size_t most = 256) {
  LogLine line;
  line.put_json(text, most);
  return std::string(line);
}

std::string seconds(double value, int decimals) {
  LogLine line;
  line.put_seconds(value, decimals);
  return std::string(line);
}

TEST(LogLineTest, LeavesWhatIsHarmlessAsItIs) {
  EXPECT_EQ(field("/v1/models/llama-3?"), "/v1/models/llama-3?");
  EXPECT_EQ(field("/stra\xC3\x9F"
                  "e/\xE6\xB5\xB7/\xF0\x9F\x90\x89"),
            "/stra\xC3\x9F"
            "e/\xE6\xB5\xB7/\xF0\x9F\x90\x89");
  EXPECT_EQ(message("unknown key \"colector\""), "unknown key \"colector\"");
  EXPECT_EQ(json("it's /v1/models"), "\"it's /v1/models\"");
}

TEST(LogLineTest, EscapesWhatCouldEndALineOrAField) {
  EXPECT_EQ(field("a\r\nb"), R"(a\x0D\x0Ab)");
  EXPECT_EQ(field("/a - Status: 200"), R"(/a\x20-\x20Status:\x20200)");
  EXPECT_EQ(field(R"(a"b'c`d\e)"), R"(a\x22b\x27c\x60d\x5Ce)");
  EXPECT_EQ(message("a\nb"), R"(a\x0Ab)");
  EXPECT_EQ(json("a\"b\\c\nd"), R"("a\"b\\c\u000Ad")");
}

TEST(LogLineTest, EscapesWhatCouldSteerATerminalOrAReader) {
  EXPECT_EQ(field("\x1b[31m\x7f"), R"(\x1B[31m\x7F)");
  EXPECT_EQ(field("\xC2\x9B"
                  "31m"),
            R"(\xC2\x9B31m)");                               // C1
  EXPECT_EQ(field("\xE2\x80\xAE"), R"(\xE2\x80\xAE)");       // U+202E, right to left
  EXPECT_EQ(message("\xE2\x80\xA8"), R"(\xE2\x80\xA8)");     // U+2028, line separator
  EXPECT_EQ(json("\xE2\x81\xA6\x1b"), R"("\u2066\u001B")");  // U+2066, isolate
  EXPECT_EQ(field(std::string_view("a\0b", 3)), R"(a\x00b)");
}

TEST(LogLineTest, EscapesSpacesOfAnyScriptInAField) {
  EXPECT_EQ(field("a\xC2\xA0-\xE3\x80\x80z"), R"(a\xC2\xA0-\xE3\x80\x80z)");
  EXPECT_EQ(field("\xE2\x80\x8B"), R"(\xE2\x80\x8B)");  // of no width
  LogLine message;
  EXPECT_EQ(std::string_view(message.put_message("a\xC2\xA0z", 100)), "a\xC2\xA0z");
}

TEST(LogLineTest, IsNotCutOffWithinAnEscape) {
  for (const std::string text : {"\n", "\xC2\x9B", "\xE2\x80\xA8", "\xF0\x9F\x98\x80"}) {
    LogLine line;
    for (int i = 0; i < 10'000; ++i) line.put_message(text, text.size());
    const std::string_view all = line;
    EXPECT_GT(all.size(), LogQueue::longest_line - 20);
    LogLine one;
    one.put_message(text, text.size());
    EXPECT_TRUE(all.ends_with(std::string_view(one))) << all.substr(all.size() - 20);
  }
}

TEST(LogLineTest, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(field("\xFF\xC0\xAF"), R"(\xFF\xC0\xAF)");  // never, overlong
  EXPECT_EQ(field("\xED\xA0\x80"), R"(\xED\xA0\x80)");  // a surrogate
  EXPECT_EQ(json("a\xFF"), R"("a\uFFFD")");
}

TEST(LogLineTest, CutsFieldsOff) {
  EXPECT_EQ(field(std::string(1000, 'x'), 256), std::string(256, 'x'));
  EXPECT_EQ(json(std::string(1000, 'x'), 3), "\"xxx\"");
  // In the middle of a character.
  EXPECT_EQ(field("ab\xE6\xB5\xB7", 4), R"(ab\xE6\xB5)");
}

TEST(LogLineTest, HoldsWhatFitsAndLeavesOutTheRest) {
  LogLine line;
  for (int i = 0; i < 100; ++i) line.put_field(std::string(256, '\n'), 256);
  EXPECT_EQ(std::string_view(line).size(), LogQueue::longest_line);
}

TEST(LogLineTest, WritesTimesToTheDecimalsAskedFor) {
  EXPECT_EQ(seconds(0, 4), "0.0000");
  EXPECT_EQ(seconds(0.00214, 4), "0.0021");
  EXPECT_EQ(seconds(12.99996, 4), "13.0000");
  EXPECT_EQ(seconds(600, 6), "600.000000");
  EXPECT_EQ(seconds(-1, 4), "0.0000");
  EXPECT_EQ(seconds(7.5, 0), "8");
}

}  // namespace
}  // namespace seadragon::monitoring::detail
