#include "lib/src/text_page.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

const std::vector<double> upper = {0.1, 1, std::numeric_limits<double>::infinity()};
const std::vector<std::string> le = {R"(le="0.1")", R"(le="1.0")", R"(le="+Inf")"};

void put_histograms(TextPage& page, std::string_view name) {
  page.family({name, "How long it took.", MetricType::histogram});
  const std::vector<std::uint64_t> buckets = {3, 0, 7};
  for (const std::string_view labels : {R"(route="/")", R"(route="/v1")", ""}) {
    page.histogram({labels}, {upper, le, buckets, 10, 4.25});
  }
}

void put_numbers(TextPage& page, std::string_view name, std::string_view help, MetricType type) {
  page.family({name, help, type});
  page.number({R"(method="GET",route="/")"}, std::uint64_t{17});
  page.number({R"(method="GET",route="/v1")"}, 17.5);
  page.number({}, std::uint64_t{17});
}

TEST(TextPageTest, NotesRepeatsThatHoldAndFollowEachOther) {
  for (const bool openmetrics : {false, true}) {
    TextPage page({.openmetrics = openmetrics, .repeats = true});
    put_numbers(page, "app_requests_total", "Requests.", MetricType::counter);
    put_numbers(page, "app_requests_bytes_total", "Requests.", MetricType::counter);
    put_numbers(page, "app_level", "Level.", MetricType::gauge);
    put_numbers(page, "app_level_x", "Level.", MetricType::gauge);
    put_numbers(page, "app_y", "", MetricType::gauge);
    put_histograms(page, "app_seconds");
    put_histograms(page, "app_other_seconds");
    page.family({"app_empty", "Level.", MetricType::gauge});
    put_numbers(page, "app_z", "Level.", MetricType::gauge);
    const std::string text = page.finish();

    std::size_t end = 0, repeated = 0;
    for (const Repeat& repeat : page.repeats()) {
      EXPECT_GE(repeat.at, end) << text.substr(repeat.at, repeat.length);
      end = std::size_t{repeat.at} + repeat.length;
      ASSERT_LE(end, text.size());
      ASSERT_GE(repeat.distance, 1);
      ASSERT_LE(repeat.distance, repeat.at);
      const char* const copy = text.data() + repeat.at;
      EXPECT_TRUE(std::equal(copy, copy + repeat.length, copy - repeat.distance))
          << text.substr(repeat.at, repeat.length);
      repeated += repeat.length;
    }
    EXPECT_GT(repeated, text.size() / 2);
  }
}

}  // namespace
}  // namespace seadragon::monitoring::detail
