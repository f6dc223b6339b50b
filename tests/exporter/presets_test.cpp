#include "exporter/presets.h"

#include <algorithm>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "exporter/server_page.h"
#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

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
    if (asked.from.empty()) continue;
    const auto found = find_number(page, asked);
    ASSERT_TRUE(found) << asked.from.front().name;
    EXPECT_EQ(found->metric, asked.from.front().name);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PresetPageTest, testing::ValuesIn(presets()), [](const auto& preset) {
  std::string name(preset.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(SelectorTest, IsReadAsItIsWritten) {
  for (const Selector& selector :
       {Selector{"a"}, Selector{"a:b_1"}, Selector{"a", "state", "run"}, Selector{"a", "b", ""}}) {
    EXPECT_EQ(parse_selector(selector.text()), selector) << selector.text();
  }
  EXPECT_EQ(parse_selector(" a { b = \"c d\" } "), (Selector{"a", "b", "c d"}));
}

TEST(SelectorTest, IsRefusedWhereItIsMore) {
  for (const char* text :
       {"", "1a", "a b", "a{", "a{}", "a{b}", "a{b=c}", "a{b=\"c\"", "a{b=\"c}", "a{b!=\"c\"}",
        "a{b=~\"c\"}", "a{b=\"c\",d=\"e\"}", "a{b=\"\\n\"}", "{b=\"c\"}", "a{:b=\"c\"}"}) {
    EXPECT_EQ(parse_selector(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace seadragon::exporter
