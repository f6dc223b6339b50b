// The histograms of a ProtobufPage.

#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/protobuf_page.h"
#include "tests/lib/protobuf_reader.h"

namespace seadragon::monitoring::detail {
namespace {

using tests::families;
using tests::labels;
using Labels = tests::ReadLabels;
using Message = tests::ReadMessage;

class ProtobufHistogramTest : public testing::Test {
 protected:
  Message written(const NativeHistogram* native, std::span<const Exemplar> exemplars = {}) {
    ProtobufPage page;
    page.family({"h", "", MetricType::histogram});
    page.histogram({.labels = R"(a="1")"}, {.upper = upper,
                                            .le = {},
                                            .buckets = buckets,
                                            .count = 206,
                                            .sum = 12.5,
                                            .exemplars = exemplars,
                                            .native = native});
    bytes_ = page.finish();
    const Message family = families(bytes_).at(0);
    EXPECT_EQ(family.integer(3), 4U);
    return family.message(4).message(7);
  }

  const std::vector<double> upper = {0.1, 1, INFINITY};
  const std::vector<std::uint64_t> buckets = {4, 0, 202};

 private:
  std::string bytes_;
};

TEST_F(ProtobufHistogramTest, HasCumulatedBuckets) {
  const Message histogram = written(nullptr);
  EXPECT_EQ(histogram.integer(1), 206U);
  EXPECT_EQ(histogram.number(2), 12.5);
  const std::vector<Message> read = histogram.messages(3);
  ASSERT_EQ(read.size(), 3U);
  const std::vector<std::uint64_t> cumulated = {4, 4, 206};
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].integer(1), cumulated[i]);
    EXPECT_EQ(read[i].number(2), upper[i]);
    EXPECT_EQ(read[i].count(3), 0U);
  }
  for (std::uint64_t field = 4; field < 16; ++field) EXPECT_EQ(histogram.count(field), 0U);
}

TEST_F(ProtobufHistogramTest, HasTheExemplarsOfItsBuckets) {
  const std::vector<Exemplar> exemplars = {
      {R"(request_id="9\"3c",user="a")", 0.05, 1'700'000'000.25},
      {},
      {R"(request_id="77")", 3, 0},
  };
  const std::vector<Message> read = written(nullptr, exemplars).messages(3);
  ASSERT_EQ(read.size(), 3U);
  const Message first = read[0].message(3);
  EXPECT_EQ(labels(first), (Labels{{"request_id", "9\"3c"}, {"user", "a"}}));
  EXPECT_EQ(first.number(2), 0.05);
  EXPECT_EQ(first.message(3).integer(1), 1'700'000'000U);
  EXPECT_EQ(first.message(3).integer(2), 250'000'000U);
  EXPECT_EQ(read[1].count(3), 0U);
  EXPECT_EQ(labels(read[2].message(3)), (Labels{{"request_id", "77"}}));
  EXPECT_EQ(read[2].message(3).count(3), 0U);
}

TEST_F(ProtobufHistogramTest, RoundsTheTimeOfAnExemplarUpIntoTheNextSecond) {
  const std::vector<Exemplar> exemplars = {{R"(a="1")", 1, 41.9999999}, {}, {}};
  const Message timestamp = written(nullptr, exemplars).messages(3)[0].message(3).message(3);
  EXPECT_EQ(timestamp.integer(1), 42U);
  EXPECT_EQ(timestamp.integer(2), 0U);
}

TEST_F(ProtobufHistogramTest, HasNativeBucketsBesideTheOthers) {
  const NativeHistogram native{3, 0x1p-128, 6, -2, {5, 0, 0, 7, 0, 0, 0, 1, 300}};
  const Message histogram = written(&native);
  EXPECT_EQ(histogram.count(3), 3U);
  EXPECT_EQ(histogram.signed_integer(5), 3);
  EXPECT_EQ(histogram.number(6), 0x1p-128);
  EXPECT_EQ(histogram.integer(7), 6U);
  const std::vector<Message> spans = histogram.messages(12);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].signed_integer(1), -2);  // from bucket 0
  EXPECT_EQ(spans[0].integer(2), 4U);         // bridges two empty buckets
  EXPECT_EQ(spans[1].signed_integer(1), 3);   // empty ones between
  EXPECT_EQ(spans[1].integer(2), 2U);
  EXPECT_EQ(histogram.packed(13), (std::vector<std::int64_t>{5, -5, 0, 7, -6, 299}));
}

TEST_F(ProtobufHistogramTest, KeepsEveryNativeCount) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    NativeHistogram native{-static_cast<int>(random() % 4), 0x1p-128, 0, 0, {}};
    native.first = static_cast<int>(random() % 1000) - 500;
    native.counts.resize(random() % 160 + 1);
    for (std::uint64_t& count : native.counts) {
      count = random() % 3 == 0 ? random() >> (random() % 48 + 8) : 0;
    }
    const Message histogram = written(&native);
    ASSERT_EQ(histogram.signed_integer(5), native.schema);
    std::vector<std::uint64_t> read(native.counts.size());
    const std::vector<std::int64_t> deltas = histogram.packed(13);
    std::size_t next_delta = 0;
    std::int64_t index = 0, count = 0;
    for (const Message& span : histogram.messages(12)) {
      index += span.signed_integer(1);
      for (std::uint64_t i = 0; i < span.integer(2); ++i, ++index) {
        count += deltas.at(next_delta++);
        read.at(static_cast<std::size_t>(index - native.first)) = static_cast<std::uint64_t>(count);
      }
    }
    ASSERT_EQ(next_delta, deltas.size());
    ASSERT_EQ(read, native.counts);
  }
}

TEST_F(ProtobufHistogramTest, IsKnownAsNativeBeforeItsFirstValue) {
  const NativeHistogram by_threshold{3, 0x1p-128, 0, 0, {}};
  EXPECT_EQ(written(&by_threshold).number(6), 0x1p-128);
  EXPECT_EQ(written(&by_threshold).count(12), 0U);

  const NativeHistogram without_threshold{3, 0, 0, 0, {}};
  const Message span = written(&without_threshold).message(12);
  EXPECT_EQ(span.signed_integer(1), 0);
  EXPECT_EQ(span.integer(2), 0U);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
