#include "alertmanager/configure/settings_table.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "alertmanager/configure/rules_text.h"
#include "lib/src/read_file.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::read_file;

class SettingTest : public testing::TestWithParam<Setting> {};

TEST_P(SettingTest, TakesItsOwnText) {
  Settings settings;
  GetParam().assign(settings, GetParam().text(Settings()));
  EXPECT_EQ(settings, Settings());
}

TEST_P(SettingTest, StandsOnTheManPageWithItsDefault) {
  std::string page = read_file("alertmanager/seadragon-alerts.8");
  std::erase(page, '\\');  // of \-
  const std::size_t place = page.find(".B " + std::string(GetParam().key) + "\n");
  ASSERT_NE(place, std::string::npos);
  const std::size_t end = std::min(page.find("\n.TP", place), page.find("\n.SH", place));
  const std::string entry = page.substr(place, end - place);
  const std::string value = GetParam().text(Settings());
  EXPECT_EQ(entry.ends_with("Default: " + value), !value.empty()) << entry;
}

TEST_P(SettingTest, HasAVariableOnTheManPageOrNone) {
  if (GetParam().variable.empty()) return;
  const std::string page = read_file("alertmanager/seadragon-alerts.8");
  EXPECT_NE(page.find(".B " + std::string(GetParam().variable) + "\n.BR " +
                      std::string(GetParam().key) + " "),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, SettingTest, testing::ValuesIn(settings_table()),
                         [](const auto& setting) {
                           std::string name(setting.param.key);
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

class ThresholdTest : public testing::TestWithParam<std::string> {};

TEST_P(ThresholdTest, CouldBeSetToWhatIsShipped) {
  Settings settings;
  EXPECT_NO_THROW(assign_threshold(settings, GetParam(), shipped_threshold(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(Shipped, ThresholdTest, testing::ValuesIn(threshold_names()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace seadragon::alerts
