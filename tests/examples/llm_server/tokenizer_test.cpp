#include "examples/llm_server/tokenizer.h"

#include <gmock/gmock.h>

namespace llm_server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TokenizerTest, SeparatesWordsAndPunctuation) {
  EXPECT_THAT(tokenize("The sea, it's well-known!"),
              ElementsAre("The", "sea", ",", "it's", "well-known", "!"));
}

TEST(TokenizerTest, MakesOneTokenOfAnyNumberOfEmptyLines) {
  EXPECT_THAT(tokenize("one\ntwo\n\nthree \n \n\n four"),
              ElementsAre("one", "two", paragraph_end, "three", paragraph_end, "four"));
}

TEST(TokenizerTest, KeepsBytesBeyondAsciiTogether) {
  EXPECT_THAT(tokenize("K\xc3\xbcste."), ElementsAre("K\xc3\xbcste", "."));
}

TEST(TokenizerTest, FindsNothingInWhiteSpace) {
  EXPECT_THAT(tokenize(""), IsEmpty());
  EXPECT_THAT(tokenize(" \t\n"), IsEmpty());
}

TEST(TokenizerTest, SpellsTokensBackIntoTheTextTheyCameFrom) {
  const std::string text = "The sea is calm, today; it's well.\n\nThe end.";
  std::string spelled_text;
  bool begins = true;
  for (const std::string& token : tokenize(text)) {
    spelled_text += spelled(token, begins);
    begins = token == paragraph_end;
  }
  EXPECT_EQ(spelled_text, text);
}

}  // namespace
}  // namespace llm_server
