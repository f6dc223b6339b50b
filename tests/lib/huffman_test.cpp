#include "lib/src/huffman.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::Ge;
using testing::Le;

using Counts = std::vector<std::uint32_t>;

std::vector<std::uint32_t> sizes(const std::vector<Bits>& words) {
  std::vector<std::uint32_t> sizes(words.size());
  std::ranges::transform(words, sizes.begin(), &Bits::size);
  return sizes;
}

std::uint64_t text_size(const Counts& counts, const std::vector<Bits>& words) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) bits += std::uint64_t{counts[i]} * words[i].size;
  return bits;
}

/// Of the best code there is without a limit: every joining makes all words below one bit longer.
std::uint64_t least_text_size(const Counts& counts) {
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> nodes;
  for (const std::uint32_t count : counts) {
    if (count > 0) nodes.push(count);
  }
  std::uint64_t bits = 0;
  while (nodes.size() > 1) {
    const std::uint64_t rarest = nodes.top();
    nodes.pop();
    const std::uint64_t joined = rarest + nodes.top();
    nodes.pop();
    nodes.push(joined);
    bits += joined;
  }
  return bits;
}

/// Every string of bits is a sequence of words in exactly one way: each follows a word and none
/// begins with another one.
void expect_complete(const std::vector<Bits>& words, unsigned longest) {
  std::vector<int> readings(std::size_t{1} << longest);
  for (const Bits& word : words) {
    if (word.size == 0) continue;
    for (std::size_t i = word.value; i < readings.size(); i += std::size_t{1} << word.size) {
      ++readings[i];
    }
  }
  EXPECT_TRUE(std::ranges::all_of(readings, [](int n) { return n == 1; }));
}

/// As many symbols as Fibonacci numbers: of all texts the shortest with words that long.
Counts fibonacci(std::size_t symbols) {
  Counts counts(symbols, 1);
  for (std::size_t i = 2; i < symbols; ++i) counts[i] = counts[i - 1] + counts[i - 2];
  return counts;
}

TEST(HuffmanTest, GivesTheCodeOfTheStandardsExample) {
  // RFC 1951, section 3.2.2: A to H have sizes (3, 3, 3, 3, 3, 2, 4, 4).
  const std::vector<Bits> words = huffman_code(Counts{10, 10, 10, 10, 10, 18, 4, 4}, 15);
  EXPECT_THAT(sizes(words), ElementsAre(3, 3, 3, 3, 3, 2, 4, 4));
  std::vector<std::uint32_t> values(words.size());
  std::ranges::transform(words, values.begin(), &Bits::value);
  // 010 011 100 101 110 00 1110 1111, the first bit the lowest.
  EXPECT_THAT(values, ElementsAre(0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111));
}

TEST(HuffmanTest, GivesNoWordToASymbolThatDoesNotOccur) {
  EXPECT_THAT(sizes(huffman_code(Counts{0, 5, 0, 7, 9, 0}, 15)), ElementsAre(0, 2, 0, 2, 1, 0));
}

TEST(HuffmanTest, GivesWordsToTwoSymbolsWhereFewerOccur) {
  EXPECT_THAT(sizes(huffman_code(Counts{0, 0, 0}, 15)), ElementsAre(1, 1, 0));
  EXPECT_THAT(sizes(huffman_code(Counts{7, 0, 0}, 15)), ElementsAre(1, 1, 0));
  EXPECT_THAT(sizes(huffman_code(Counts{0, 0, 7}, 15)), ElementsAre(1, 0, 1));
}

TEST(HuffmanTest, KeepsToTheLimitWhereTheBestCodeWouldNot) {
  for (const std::size_t symbols : {17U, 25U, 40U}) {
    const Counts counts = fibonacci(symbols);
    const std::vector<Bits> words = huffman_code(counts, 15);
    EXPECT_THAT(words, Each(Field(&Bits::size, AllOf(Ge(1U), Le(15U))))) << symbols;
    expect_complete(words, 15);
    EXPECT_GT(text_size(counts, words), least_text_size(counts));
    EXPECT_LT(text_size(counts, words), least_text_size(counts) * 101 / 100) << symbols;
  }
}

TEST(HuffmanTest, ReachesTheLimitWithoutLosingABit) {
  const Counts counts = fibonacci(16);
  const std::vector<Bits> words = huffman_code(counts, 15);
  EXPECT_EQ(words.front().size, 15U);
  EXPECT_EQ(text_size(counts, words), least_text_size(counts));
}

TEST(HuffmanTest, HasWordsForAsManySymbolsAsTheLimitAllows) {
  const std::vector<Bits> words = huffman_code(Counts{1, 1000, 2, 300, 100'000, 5, 40, 8}, 3);
  EXPECT_THAT(sizes(words), Each(3U));
  expect_complete(words, 3);
}

TEST(HuffmanTest, IsTheShortestCodeForRandomCounts) {
  std::mt19937 random(1951);
  for (int i = 0; i < 2000; ++i) {
    Counts counts(2 + random() % 285);
    const std::uint32_t most = 1U << random() % 6;  // short enough a text for words of 15 bits
    for (std::uint32_t& count : counts) count = static_cast<std::uint32_t>(random() % (most + 1));
    counts[0] = counts[1] = 1;
    const std::vector<Bits> words = huffman_code(counts, 15);
    expect_complete(words, 15);
    ASSERT_EQ(text_size(counts, words), least_text_size(counts)) << i;
  }
}

}  // namespace
}  // namespace seadragon::monitoring::detail
