#include "lib/src/gzip.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <libdeflate.h>

namespace seadragon::monitoring::detail {
namespace {

/// Writes a text and keeps the repeats.
struct Writer {
  std::string text;
  std::vector<Repeat> repeats;

  Writer& literal(std::string_view bytes) {
    text += bytes;
    return *this;
  }

  Writer& repeat(std::size_t length, std::size_t distance) {
    repeats.push_back({static_cast<std::uint32_t>(text.size()), static_cast<std::uint16_t>(length),
                       static_cast<std::uint16_t>(distance)});
    for (; length > 0; --length) text += text[text.size() - distance];
    return *this;
  }

  std::string gzip() const { return detail::gzip(text, repeats); }
};

std::string random_bytes(std::mt19937& random, std::size_t size, unsigned alphabet = 256) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() % alphabet);
  return bytes;
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The file has nothing behind its member; libdeflate compares checksum and size.
void expect_inflates_to(const std::string& text, const std::string& file) {
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  std::string out(text.size(), '\0');
  std::size_t read = 0;
  std::size_t written = 0;
  const libdeflate_result result = libdeflate_gzip_decompress_ex(
      decompressor, file.data(), file.size(), out.data(), out.size(), &read, &written);
  libdeflate_free_decompressor(decompressor);
  ASSERT_EQ(result, LIBDEFLATE_SUCCESS);
  EXPECT_EQ(read, file.size());
  EXPECT_EQ(written, text.size());
  EXPECT_TRUE(out == text);
}

void expect_inflates(const Writer& writer) { expect_inflates_to(writer.text, writer.gzip()); }

TEST(GzipTest, InflatesToAnEmptyText) { expect_inflates(Writer()); }

TEST(GzipTest, InflatesToOneByte) { expect_inflates(Writer().literal("a")); }

TEST(GzipTest, InflatesToEveryByte) {
  Writer writer;
  for (int byte = 0; byte < 256; ++byte) writer.text += static_cast<char>(byte);
  expect_inflates(writer);
}

TEST(GzipTest, HasTheHeaderAndTheTrailerOfTheStandard) {
  const std::string file = Writer().literal("123456789").gzip();
  EXPECT_EQ(file.substr(0, 10), std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
  EXPECT_EQ(little_endian(file.substr(file.size() - 8)), 0xcbf43926U);  // the CRC's check value
  EXPECT_EQ(little_endian(file.substr(file.size() - 4)), 9U);
}

TEST(GzipTest, InflatesToALongRunOfOneByte) {
  Writer writer;
  writer.literal("a").repeat(65'535, 1);
  expect_inflates(writer);
  EXPECT_LT(writer.gzip().size(), 150U);  // 255 matches of two bits
}

TEST(GzipTest, InflatesToRepeatsOfAnyLength) {
  std::mt19937 random(1);
  Writer writer;
  writer.literal(random_bytes(random, 2000));
  for (std::size_t length = 3; length < 1100; ++length) writer.literal("|").repeat(length, 1999);
  for (const std::size_t length : {32'767U, 32'768U, 65'534U, 65'535U}) writer.repeat(length, 777);
  expect_inflates(writer);
}

TEST(GzipTest, SplitsWhatIsLongerThanAMatchSoThatNothingIsLeftOver) {
  for (const std::size_t length : {258U, 259U, 260U, 261U, 516U, 517U, 518U, 519U}) {
    const Writer writer = Writer().literal("abcde").repeat(length, 5);
    expect_inflates(writer);
    EXPECT_LT(writer.gzip().size(), 50U) << length;
  }
}

TEST(GzipTest, InflatesToRepeatsFromAnyDistance) {
  std::mt19937 random(2);
  Writer writer;
  writer.literal(random_bytes(random, 32'768));
  for (std::size_t distance = 1; distance < 1100; ++distance) writer.repeat(10, distance);
  for (std::size_t power = 1024; power <= 32'768; power *= 2) {
    writer.repeat(10, power - 1).repeat(10, power).repeat(10, std::min(power + 1, 32'768UL));
    writer.repeat(10, std::min(power / 2 * 3, 32'768UL));
  }
  expect_inflates(writer);
}

TEST(GzipTest, TakesARepeatFromTheFirstByteOn) {
  std::mt19937 random(3);
  const std::string bytes = random_bytes(random, 32'768);
  const Writer writer = Writer().literal(bytes).repeat(32'768, 32'768);
  expect_inflates(writer);
  EXPECT_LT(writer.gzip().size(), bytes.size() * 11 / 10);
}

TEST(GzipTest, IgnoresRepeatsThatDeflateHasNoWordFor) {
  std::mt19937 random(4);
  Writer writer;
  writer.literal(random_bytes(random, 70'000));
  writer.repeat(0, 1).repeat(1, 1).repeat(2, 1).repeat(2, 40'000);
  writer.repeat(100, 32'769).repeat(300, 65'535);
  expect_inflates(writer);
  EXPECT_EQ(writer.gzip(), gzip(writer.text, {}));
}

TEST(GzipTest, InflatesToATextOfSeveralBlocks) {
  std::mt19937 random(5);
  Writer writer;
  while (writer.text.size() < 3'000'000) {
    // The bytes change their frequencies on the way, and blocks end within repeats.
    const auto alphabet = 1 + static_cast<unsigned>(writer.text.size() / 12'000);
    writer.literal(random_bytes(random, 1 + random() % 300, alphabet));
    writer.repeat(3 + random() % 60'000, 1 + random() % std::min(writer.text.size(), 32'768UL));
  }
  expect_inflates(writer);
  const auto is_last_block = [](const std::string& file) { return file[10] & 1; };
  EXPECT_FALSE(is_last_block(writer.gzip()));
  EXPECT_TRUE(is_last_block(Writer().literal("short").gzip()));
}

TEST(GzipTest, InflatesToALongTextWithoutRepeats) {
  std::mt19937 random(6);
  const Writer writer = Writer().literal(random_bytes(random, 2'000'000));
  expect_inflates(writer);
  EXPECT_LT(writer.gzip().size(), writer.text.size() * 1001 / 1000);
}

TEST(GzipTest, InflatesWhereTheBestCodeWouldHaveWordsTooLong) {
  std::string bytes;
  for (std::size_t symbol = 0, count = 1, next = 1; symbol < 25; ++symbol) {
    bytes.append(count, static_cast<char>('a' + symbol));
    count = std::exchange(next, count + next);
  }
  std::ranges::shuffle(bytes, std::mt19937(7));
  expect_inflates(Writer().literal(bytes));
}

TEST(GzipTest, InflatesToRandomTexts) {
  std::mt19937 random(8);
  for (int i = 0; i < 5000; ++i) {
    Writer writer;
    const unsigned alphabet = 1 + random() % 256;
    for (auto parts = random() % 40; parts > 0; --parts) {
      writer.literal(random_bytes(random, random() % 20, alphabet));
      if (writer.text.empty()) continue;
      writer.repeat(random() % (1U << random() % 11), 1 + random() % writer.text.size());
    }
    expect_inflates(writer);
    ASSERT_FALSE(HasFailure()) << "text " << i;
  }
}

class ImpossibleRepeatsTest : public testing::TestWithParam<std::vector<Repeat>> {};

TEST_P(ImpossibleRepeatsTest, AreAnErrorOfTheProgramAndIgnoredWithoutAssertions) {
  const std::string text(20, 'a');
  std::string file = gzip(text, {});
  EXPECT_DEBUG_DEATH(file = gzip(text, GetParam()), "Assertion");
  expect_inflates_to(text, file);
}

INSTANTIATE_TEST_SUITE_P(Repeats, ImpossibleRepeatsTest,
                         testing::Values(std::vector<Repeat>{{10, 11, 1}},  // ends behind the text
                                         std::vector<Repeat>{{19, 65'535, 1}},  // far behind it
                                         std::vector<Repeat>{{10, 5, 11}},  // from before the text
                                         std::vector<Repeat>{{0, 5, 1}},    // of nothing
                                         std::vector<Repeat>{{10, 5, 0}},   // of itself
                                         std::vector<Repeat>{{5, 5, 1}, {9, 5, 1}},  // overlap
                                         std::vector<Repeat>{{5, 15, 1},
                                                             {9, 3, 1}},  // one in the other
                                         std::vector<Repeat>{{12, 5, 1}, {5, 5, 1}}));  // descend

TEST(GzipTest, AsksForRepeatsThatAreTrue) {
  const std::vector<Repeat> repeats = {{3, 3, 3}};
  EXPECT_DEBUG_DEATH(gzip("abcabd", repeats), "is_true");
}

TEST(GzipTest, FindsRepeatsItself) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "requests_total{n=\"" + std::to_string(i) + "\"} 0\n";
  const std::string file = gzip(text);
  expect_inflates_to(text, file);
  EXPECT_LT(file.size(), text.size() / 5);
  expect_inflates_to("", gzip(""));
}

}  // namespace
}  // namespace seadragon::monitoring::detail
