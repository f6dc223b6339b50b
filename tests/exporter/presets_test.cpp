#include "exporter/presets.h"

#include <gtest/gtest.h>

#include "exporter/exposition.h"
#include "exporter/read_file.h"

namespace seadragon::exporter {
namespace {

TEST(PresetsTest, AreFoundByName) {
  ASSERT_NE(find_preset("vllm"), nullptr);
  EXPECT_EQ(find_preset("vllm")->name, "vllm");
  EXPECT_EQ(find_preset("apache"), nullptr);
}

class PresetPageTest : public testing::TestWithParam<Preset> {};

TEST_P(PresetPageTest, HoldsTheMetricsOfItsPreset) {
  const std::string page =
      read_file("tests/fixtures/pages/" + std::string(GetParam().name) + ".prom");
  for (const MetricNames names : {GetParam().queue_length, GetParam().active_requests}) {
    const auto series = find_series(page, names.front());
    ASSERT_TRUE(series);
    EXPECT_FALSE(series->empty()) << names.front();
  }
}

INSTANTIATE_TEST_SUITE_P(All, PresetPageTest, testing::ValuesIn(presets()),
                         [](const auto& preset) { return std::string(preset.param.name); });

}  // namespace
}  // namespace seadragon::exporter
