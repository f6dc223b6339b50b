#include "alertmanager/configure/rules_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alertmanager/configure/shipped_files.h"
#include "lib/src/read_file.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::read_file;
using testing::Contains;

constexpr std::string_view rule = R"(      - alert: X
        annotations:
          runbook_url: '{{ $externalURL }}/user/runbook.html#x'
          dashboard_url: >-
            {{ $externalURL }}/user/?dashboard=seadragon-host&var-instance={{ $labels.instance | urlquery }}
          other_url: '{{ $externalURL }}/user/?dashboard=seadragon-queue'
)";

TEST(ShippedFilesTest, AreThoseOfTheRepository) {
  for (const ShippedFile& file : shipped_files()) {
    const std::string folder = file.path.starts_with("views/") ? "grafana/" : "alertmanager/";
    EXPECT_EQ(file.text, read_file(folder + std::string(file.path))) << file.path;
  }
}

TEST(RulesTextTest, KnowsTheShippedThresholds) {
  EXPECT_THAT(threshold_names(), Contains("cpu_percent"));
  EXPECT_THAT(threshold_names(), Contains("queue_length"));
  EXPECT_EQ(shipped_threshold("cpu_percent"), "90");
  EXPECT_EQ(shipped_threshold("queue_length"), "10");
}

TEST(RulesTextTest, LeavesEverythingAsItIsWithoutSettings) {
  for (const ShippedFile& file : shipped_files()) {
    EXPECT_EQ(rules_text(file.text, Settings()), file.text);
  }
  EXPECT_EQ(rules_text(rule, Settings()), rule);
}

TEST(RulesTextTest, ReplacesEachThresholdAlone) {
  const std::string_view shipped = shipped_file("rules/thresholds.yml");
  for (const std::string& name : threshold_names()) {
    Settings settings;
    settings.thresholds[name] = "12.25";
    const std::string text = rules_text(shipped, settings);
    const std::string record = "seadragon:threshold:" + name + "\n        expr: vector(";
    const std::size_t place = text.find(record + "12.25)");
    ASSERT_NE(place, std::string::npos) << name;
    // With the number put back it is the shipped text.
    std::string back = text;
    back.replace(place + record.size(), 5, shipped_threshold(name));
    EXPECT_EQ(back, shipped);
  }
}

TEST(RulesTextTest, LeadsToAnotherRunbook) {
  Settings settings;
  settings.links.runbook = "https://wiki.example.org/llm";
  const std::string text = rules_text(rule, settings);
  EXPECT_NE(text.find("runbook_url: 'https://wiki.example.org/llm#x'\n"), std::string::npos);
  EXPECT_NE(text.find("{{ $externalURL }}/user/?dashboard=seadragon-host&"), std::string::npos);
}

TEST(RulesTextTest, LeadsToTheDashboardsOfAGrafana) {
  Settings settings;
  settings.links.dashboards = "https://grafana.example.org";
  const std::string text = rules_text(rule, settings);
  EXPECT_NE(text.find("https://grafana.example.org/d/"
                      "seadragon-host?var-instance={{ $labels.instance | urlquery }}\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("'https://grafana.example.org/d/seadragon-queue'\n"), std::string::npos);
  EXPECT_NE(text.find("{{ $externalURL }}/user/runbook.html#x"), std::string::npos);
}

}  // namespace
}  // namespace seadragon::alerts
