#include "exporter/presets.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "exporter/read_file.h"
#include "exporter/server_page.h"

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
  for (const Quantity Preset::*quantity :
       {&Preset::queue_length, &Preset::active_requests, &Preset::kv_cache_usage,
        &Preset::prompt_tokens, &Preset::completion_tokens}) {
    const Quantity& asked = GetParam().*quantity;
    if (asked.names.empty()) continue;
    const auto found = find_number(page, asked);
    ASSERT_TRUE(found) << asked.names.front();
    EXPECT_EQ(found->metric, asked.names.front());
  }
}

INSTANTIATE_TEST_SUITE_P(All, PresetPageTest, testing::ValuesIn(presets()), [](const auto& preset) {
  std::string name(preset.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace seadragon::exporter
