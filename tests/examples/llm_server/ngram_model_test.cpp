#include "examples/llm_server/ngram_model.h"

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "examples/llm_server/tokenizer.h"

namespace llm_server {
namespace {

std::string corpus() {
  std::ifstream file("examples/llm_server/corpus.txt");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> sample(const NgramModel& model, const std::string& prompt,
                                Sampling sampling, int count) {
  Sampler sampler(model, tokenize(prompt), sampling);
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(model.text(sampler.next()));
  return texts;
}

TEST(NgramModelTest, RefusesACorpusWithoutWords) {
  EXPECT_THROW(NgramModel(""), std::runtime_error);
  EXPECT_THROW(NgramModel(" \n\n "), std::runtime_error);
}

TEST(NgramModelTest, CountsWhatFollowedTwoTokens) {
  const NgramModel model("the old boat and the old man and the old boat");
  const auto successors = model.successors(model.find("the"), model.find("old"));
  ASSERT_EQ(successors.size(), 2U);
  EXPECT_EQ(model.text(successors[0].token), "boat");
  EXPECT_EQ(successors[0].count, 2U);
  EXPECT_EQ(model.text(successors[1].token), "man");
  EXPECT_EQ(successors[1].count, 1U);
}

TEST(NgramModelTest, BacksOffToOneTokenAndThenToTheFrequentOnes) {
  const NgramModel model("red boat, blue boat. green boat!");
  EXPECT_EQ(model.successors(model.find("!"), model.find("boat")).size(), 3U);
  EXPECT_EQ(model.successors(NgramModel::unknown, NgramModel::unknown).size(), model.vocabulary());
}

TEST(SamplerTest, GivesTheSameReplyForTheSameSeed) {
  const NgramModel model(corpus());
  EXPECT_EQ(sample(model, "The sea", {0.8, 7}, 200), sample(model, "The sea", {0.8, 7}, 200));
  EXPECT_NE(sample(model, "The sea", {0.8, 7}, 200), sample(model, "The sea", {0.8, 8}, 200));
}

TEST(SamplerTest, NeedsNoSeedAtTemperatureZero) {
  const NgramModel model(corpus());
  EXPECT_EQ(sample(model, "The sea", {0, 7}, 50), sample(model, "The sea", {0, 8}, 50));
}

TEST(SamplerTest, SaysOnlyPairsOfTokensThatItHasRead) {
  const std::string text = corpus();
  const NgramModel model(text);
  std::set<std::pair<std::string, std::string>> read;
  const auto tokens = tokenize(text);
  for (std::size_t i = 1; i < tokens.size(); ++i) read.emplace(tokens[i - 1], tokens[i]);
  read.emplace(tokens.back(), paragraph_end);
  read.emplace(paragraph_end, tokens.front());

  const auto said = sample(model, "", {1.5, 3}, 5'000);
  for (std::size_t i = 1; i < said.size(); ++i) {
    ASSERT_TRUE(read.contains({said[i - 1], said[i]})) << said[i - 1] << "|" << said[i];
  }
}

TEST(SamplerTest, BeginsAParagraphAfterTheEndOfOne) {
  const NgramModel model("First one here.\n\nSecond one there.\n\nThird one.");
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_THAT(sample(model, "anything at all\n\n", {1, seed}, 1).front(),
                testing::AnyOf("First", "Second", "Third"));
  }
}

TEST(SamplerTest, EndsItsParagraphs) {
  const NgramModel model(corpus());
  int ended = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto said = sample(model, "", {0.8, seed}, 1'000);
    ended += std::find(said.begin(), said.end(), paragraph_end) != said.end();
  }
  EXPECT_EQ(ended, 20);
}

TEST(SamplerTest, PrefersTheFrequentAtALowTemperature) {
  const NgramModel model("a b a b a b a b a c");
  int rare_when_cold = 0;
  int rare_when_hot = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    rare_when_cold += sample(model, "a", {0.2, seed}, 1).front() == "c";
    rare_when_hot += sample(model, "a", {2, seed}, 1).front() == "c";
  }
  EXPECT_LT(rare_when_cold, 10);
  EXPECT_GT(rare_when_hot, 100);
}

}  // namespace
}  // namespace llm_server
