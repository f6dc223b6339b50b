#include "lib/src/login.h"

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

TEST(LoginTest, ReadsUserAndPassword) {
  const auto credentials = parse_authorization("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->user, "Aladdin");
  EXPECT_EQ(credentials->password, "open sesame");
  EXPECT_EQ(parse_authorization("bAsIc  YTpiOmM=")->password, "b:c");
  EXPECT_EQ(parse_authorization("Basic Og==")->user, "");
}

TEST(LoginTest, PassesOverWhatIsNoLogin) {
  for (const char* header :
       {"", "Basic", "Basic ", "Bearer YTpi", "Basic YTpi=", "Basic YTp", "Basic YT*i",
        "Basic ====", "Basic YWI=", "BasicYTpi", "Basic YTpi YTpi"}) {
    EXPECT_FALSE(parse_authorization(header)) << header;
  }
}

TEST(LoginTest, ComparesAPasswordWithItsHash) {
  // As `htpasswd -nbBC 4 user secret` prints it.
  const std::string hash = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
  EXPECT_TRUE(matches_bcrypt("secret", hash));
  EXPECT_FALSE(matches_bcrypt("Secret", hash));
  EXPECT_FALSE(matches_bcrypt("", hash));
  EXPECT_FALSE(matches_bcrypt(std::string("secret\0", 7), hash));
  EXPECT_FALSE(matches_bcrypt("secret", "no hash"));
}

TEST(LoginTest, KnowsWhatItWasToldToRemember) {
  const Credentials good{"user", "secret"};
  Logins logins;
  EXPECT_FALSE(logins.knows(good, "hash"));
  logins.remember(good, "hash");
  EXPECT_TRUE(logins.knows(good, "hash"));
  EXPECT_FALSE(logins.knows({"user", "other"}, "hash"));
  EXPECT_FALSE(logins.knows({"other", "secret"}, "hash"));
  EXPECT_FALSE(logins.knows(good, "another hash")) << "the password was changed";
}

TEST(LoginTest, DoesNotGrowWithoutEnd) {
  Logins logins;
  for (int i = 0; i < 1000; ++i) logins.remember({"user", std::to_string(i)}, "hash");
  EXPECT_TRUE(logins.knows({"user", "999"}, "hash"));
  EXPECT_FALSE(logins.knows({"user", "0"}, "hash"));
}

}  // namespace
}  // namespace seadragon::monitoring::detail
