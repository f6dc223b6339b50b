#include "alertmanager/configure/values.h"

#include <string>

#include <gtest/gtest.h>

namespace seadragon::alerts {
namespace {

using namespace std::string_view_literals;

TEST(ValuesTest, TakeAddresses) {
  for (const auto text : {"ops@example.org"sv, "a.b+llm@mail.example.org"sv, "root@localhost"sv,
                          "o'neill@example.org"sv, "a=b@example.org"sv, "1@1.example"sv}) {
    EXPECT_TRUE(is_address(text)) << text;
  }
}

TEST(ValuesTest, RefuseWhatIsNoPlainAddress) {
  for (const auto text : {""sv,
                          "ops"sv,
                          "@example.org"sv,
                          "ops@"sv,
                          "ops@@example.org"sv,
                          "a b@example.org"sv,
                          ".a@example.org"sv,
                          "a.@example.org"sv,
                          "a..b@example.org"sv,
                          "ops@example..org"sv,
                          "ops@-example.org"sv,
                          "Ops <ops@example.org>"sv,
                          "\"a b\"@example.org"sv,
                          "ops@example.org,b@example.org"sv,
                          "ops@[192.0.2.1]"sv,
                          "öps@example.org"sv,
                          "ops@exämple.org"sv,
                          "{{x}}@example.org"sv,
                          "$x@example.org"sv,
                          "a\\b@example.org"sv,
                          "ops@example.org\nBcc: thief@example.org"sv,
                          "a\0@example.org"sv}) {
    EXPECT_FALSE(is_address(text)) << text;
  }
  EXPECT_FALSE(is_address(std::string(65, 'a') + "@example.org"));
  EXPECT_FALSE(is_address("a@" + std::string(300, 'a')));
}

TEST(ValuesTest, TakeHosts) {
  for (const auto text :
       {"localhost"sv, "smtp.gmail.com"sv, "192.0.2.1"sv, "mail-1.example.org"sv, "my_mail"sv}) {
    EXPECT_TRUE(is_host(text)) << text;
  }
}

TEST(ValuesTest, RefuseWhatIsNoHost) {
  for (const auto text :
       {""sv, "."sv, "a..b"sv, "example.org."sv, "-a"sv, "a-"sv, "a.-b"sv, "a-.b"sv, "a b"sv,
        "a:25"sv, "[::1]"sv, "::1"sv, "http://a"sv, "a/b"sv, "a\n"sv, "ä.example"sv}) {
    EXPECT_FALSE(is_host(text)) << text;
  }
}

TEST(ValuesTest, TakeAndRefusePaths) {
  EXPECT_TRUE(is_path("/etc/ssl/certs/ca-certificates.crt"));
  EXPECT_TRUE(is_path("/"));
  for (const auto text : {""sv, "a"sv, "/a b"sv, "/a,b"sv, "/a$b"sv, "/a\"b"sv, "/a'b"sv, "/a\nb"sv,
                          "/{a}"sv, "/a\\b"sv, "/ä"sv}) {
    EXPECT_FALSE(is_path(text)) << text;
  }
}

TEST(ValuesTest, TakeAndRefuseUrls) {
  for (const auto text :
       {"http://a"sv, "https://a.example.org:1/b?c=d&e#f"sv, "http://[::1]:9090"sv}) {
    EXPECT_TRUE(is_url(text)) << text;
  }
  for (const auto text : {""sv, "a"sv, "http://"sv, "http:///a"sv, "ftp://a"sv, "http://a b"sv,
                          "http://a'"sv, "http://a\""sv, "http://{{a}}"sv, "http://a\n"sv,
                          "https://?a"sv, "javascript:alert(1)"sv, "http://<a>"sv}) {
    EXPECT_FALSE(is_url(text)) << text;
  }
}

TEST(ValuesTest, KnowLinesAndTemplates) {
  EXPECT_TRUE(is_one_line("a ö {{ b"));
  EXPECT_FALSE(is_one_line("a\nb"));
  EXPECT_FALSE(is_one_line("a\0b"sv));
  EXPECT_FALSE(is_one_line("a\x7f"));
  EXPECT_TRUE(has_template("a {{ b"));
  EXPECT_FALSE(has_template("a { { b"));
}

}  // namespace
}  // namespace seadragon::alerts
