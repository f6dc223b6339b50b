#include "seadragon/monitoring/detail/bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/catalog.h"

namespace seadragon::monitoring::detail {
namespace {

std::size_t by_definition(const Bounds& bounds, double value) {
  return static_cast<std::size_t>(std::ranges::lower_bound(bounds.upper(), value) -
                                  bounds.upper().begin());
}

void expect_found_like_by_definition(const Bounds& bounds, double value) {
  ASSERT_EQ(bounds.find(value), by_definition(bounds, value)) << value;
}

class BoundsTest : public testing::TestWithParam<std::vector<double>> {};

TEST_P(BoundsTest, FindsEveryBoundAndItsNeighbours) {
  const Bounds bounds(GetParam());
  for (const double bound : GetParam()) {
    for (const double value :
         {bound, std::nextafter(bound, -INFINITY), std::nextafter(bound, INFINITY)}) {
      expect_found_like_by_definition(bounds, value);
    }
  }
}

TEST_P(BoundsTest, FindsWhatIsFarFromAnyBound) {
  const Bounds bounds(GetParam());
  using Limits = std::numeric_limits<double>;
  for (const double value :
       {0.0, -0.0, Limits::denorm_min(), -Limits::denorm_min(), Limits::min(), Limits::max(),
        Limits::lowest(), Limits::infinity(), -Limits::infinity()}) {
    expect_found_like_by_definition(bounds, value);
  }
}

TEST_P(BoundsTest, FindsRandomBitPatterns) {
  const Bounds bounds(GetParam());
  std::mt19937_64 random(20261123);
  for (int i = 0; i < 200'000; ++i) {
    const double value = to_double(random());
    if (!std::isnan(value)) expect_found_like_by_definition(bounds, value);
  }
}

template <std::size_t N>
std::vector<double> copy(const double (&bounds)[N]) {
  return {std::begin(bounds), std::end(bounds)};
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, BoundsTest,
    testing::Values(copy(request_seconds), copy(first_token_seconds), copy(inter_token_seconds),
                    std::vector<double>{1}, std::vector<double>{0.30000000000000004, 0.5},
                    std::vector<double>{1, 1.0000000000000002, 1.0000000000000004},  // too dense
                    std::vector<double>{-1, 0, 1},                                   // not positive
                    std::vector<double>{1e-300, 1e300}, std::vector<double>{0, 1e-9}));

class RefusedBoundsTest : public testing::TestWithParam<std::vector<double>> {};

TEST_P(RefusedBoundsTest, AreRefused) { EXPECT_THROW(Bounds{GetParam()}, std::invalid_argument); }

INSTANTIATE_TEST_SUITE_P(Layouts, RefusedBoundsTest,
                         testing::Values(std::vector<double>{}, std::vector<double>{1, 1},
                                         std::vector<double>{2, 1}, std::vector<double>{NAN},
                                         std::vector<double>{1, INFINITY},
                                         std::vector<double>(501, 1)));

}  // namespace
}  // namespace seadragon::monitoring::detail
