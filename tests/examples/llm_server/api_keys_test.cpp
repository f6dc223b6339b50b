#include "examples/llm_server/api_keys.h"

#include <sstream>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace llm_server {
namespace {

ApiKeys parse(const std::string& text) {
  std::istringstream lines(text);
  return {lines, "keys.txt"};
}

TEST(ApiKeysTest, FindsTheOwnerByEitherHeader) {
  const ApiKeys keys = parse("# a comment\n\n  sk-1 anna laptop\nsk-2\tbela\tagent\n");
  ASSERT_EQ(keys.callers().size(), 2U);
  EXPECT_EQ(keys.callers()[1].key_id, "agent");
  ASSERT_NE(keys.find("Bearer sk-1", ""), nullptr);
  EXPECT_EQ(keys.find("Bearer sk-1", "")->user, "anna");
  EXPECT_EQ(keys.find("Bearer sk-1", "")->key_id, "laptop");
  ASSERT_NE(keys.find("", "sk-2"), nullptr);
  EXPECT_EQ(keys.find("", "sk-2")->user, "bela");
}

TEST(ApiKeysTest, KnowsNobodyElse) {
  const ApiKeys keys = parse("sk-1 anna laptop");
  for (const char* authorization :
       {"", "Bearer ", "Bearer sk-2", "Bearer sk-11", "sk-1", "Basic sk-1"}) {
    EXPECT_EQ(keys.find(authorization, ""), nullptr) << authorization;
  }
  EXPECT_EQ(keys.find("", "sk-2"), nullptr);
  EXPECT_EQ(keys.find("Bearer sk-2", "sk-1"), nullptr);
}

TEST(ApiKeysTest, RefusesBadLinesByTheirNumberAndNeverTellsTheKey) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"sk-1 anna", "keys.txt:1: expected \"key user key_id\""},
      {"# keys\nsk-1", "keys.txt:2: expected \"key user key_id\""},
      {"sk-1 anna laptop old", "keys.txt:1: unexpected \"old\" after key, user and key_id"},
      {"sk-1 anna laptop\nsk-1 bela agent", "keys.txt:2: this key was given before"},
      {"# nothing\n", "keys.txt: no keys in it"},
  };
  for (const auto& [text, message] : cases) {
    try {
      parse(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), message);
    }
  }
}

TEST(ApiKeysTest, NamesTheFileThatCannotBeRead) {
  try {
    ApiKeys::from_file("no/such/keys.txt");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "cannot read the keys from no/such/keys.txt");
  }
}

}  // namespace
}  // namespace llm_server
