#include "alertmanager/configure/terminal_text.h"

#include <string>

#include <gtest/gtest.h>

#include "alertmanager/configure/base64.h"

namespace seadragon::alerts {
namespace {

TEST(TerminalTextTest, KeepsWhatPeopleRead) {
  const std::string text = "Grüße, 你好, 🐉 ~";
  EXPECT_EQ(terminal_text(text), text);
  EXPECT_EQ(columns_of(text), 14U);
}

TEST(TerminalTextTest, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(terminal_text("a\x1b[31mb"), "a?[31mb");
  EXPECT_EQ(terminal_text("a\r\nb\tc"), "a  b c");
  EXPECT_EQ(terminal_text(std::string("a\0b", 3)), "a?b");
  EXPECT_EQ(terminal_text("\x7f\xc2\x80\xc2\x9b"), "???");
  EXPECT_EQ(terminal_text("\xe2\x80\xae\xe2\x80\x8b\xe2\x81\xa6\xef\xbb\xbf"), "????");
}

TEST(TerminalTextTest, IsUtf8WhateverItWas) {
  EXPECT_EQ(terminal_text("\xff"), "?");
  EXPECT_EQ(terminal_text("\xc3"), "?");
  EXPECT_EQ(terminal_text("\xc0\xaf"), "??");            // overlong
  EXPECT_EQ(terminal_text("\xed\xa0\x80"), "???");       // a surrogate
  EXPECT_EQ(terminal_text("\xf4\x90\x80\x80"), "????");  // beyond the last
  EXPECT_EQ(terminal_text("\xe2\x80\xae\xc3x"), "??x");
}

TEST(TerminalTextTest, EndsLongTextInDots) {
  EXPECT_EQ(terminal_text("abcdef", 6), "abcdef");
  EXPECT_EQ(terminal_text("abcdef", 5), "ab...");
  EXPECT_EQ(terminal_text("ääääää", 5), "ää...");
  EXPECT_EQ(terminal_text("abcdef", 2), "..");
  EXPECT_EQ(terminal_text("abcdef", 0), "");
}

TEST(Base64Test, IsThatOfTheStandard) {
  EXPECT_EQ(to_base64(""), "");  // RFC 4648, section 10
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(from_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(from_base64(to_base64("\xff\xfe\xfd")), "\xff\xfe\xfd");
}

TEST(Base64Test, RefusesWhatHasBeenMadeByNobody) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zg==x", "====", "Z g==", "Username:"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace seadragon::alerts
