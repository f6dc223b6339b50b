// The catalog, the views, the rules and the dashboards speak of the same things.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "lib/src/catalog.h"
#include "tests/architecture/promql.h"
#include "tests/architecture/repository.h"

namespace seadragon::tests {
namespace {

using monitoring::catalog;
using monitoring::MetricSpec;
using monitoring::MetricType;

struct Expression {
  std::string where;  ///< File, and rule or panel.
  std::string text;
};

/// What is recorded or alerted in the files of a folder.
struct Rules {
  std::vector<Expression> expressions;
  std::set<std::string> views;
};

Rules rules_in(const std::string& folder) {
  Rules rules;
  for (const SourceFile& file : files_in(folder, {".yml"})) {
    for (const YAML::Node& group : YAML::Load(file.text)["groups"]) {
      for (const YAML::Node& rule : group["rules"]) {
        const bool is_view = rule["record"].IsDefined();
        const auto name = rule[is_view ? "record" : "alert"].as<std::string>();
        rules.expressions.push_back({file.path + ": " + name, rule["expr"].as<std::string>()});
        if (is_view) rules.views.insert(name);
      }
    }
  }
  return rules;
}

/// Every `expr` of a dashboard, however deep. JSON is YAML, so one reader is enough.
void add_panels(const std::string& where, const YAML::Node& node, std::vector<Expression>& out) {
  if (node.IsMap() && node["expr"].IsDefined()) {
    out.push_back({where, node["expr"].as<std::string>()});
  }
  if (node.IsMap()) {
    const std::string inner =
        node["title"].IsDefined() ? where + ": " + node["title"].as<std::string>() : where;
    for (const auto& member : node) add_panels(inner, member.second, out);
  } else if (node.IsSequence()) {
    for (const YAML::Node& element : node) add_panels(where, element, out);
  }
}

class AgreementTest : public testing::Test {
 protected:
  AgreementTest() {
    for (const Rules* rules : {&views_, &alerts_}) {
      all_.insert(all_.end(), rules->expressions.begin(), rules->expressions.end());
      known_views_.insert(rules->views.begin(), rules->views.end());
    }
    for (const SourceFile& file : files_in("grafana/dashboards", {".json"})) {
      add_panels(file.path, YAML::Load(file.text), all_);
    }
  }

  /// The metric that a series belongs to; null if there is none of that name.
  static const MetricSpec* metric_of(const std::string& series) {
    for (const MetricSpec& spec : catalog) {
      if (series == spec.name) return &spec;
      if (spec.type != MetricType::histogram || !series.starts_with(spec.name)) continue;
      const std::string suffix = series.substr(spec.name.size());
      if (suffix == "_bucket" || suffix == "_sum" || suffix == "_count") return &spec;
    }
    return nullptr;
  }

  const Rules views_ = rules_in("grafana/views");
  const Rules alerts_ = rules_in("alertmanager/rules");
  std::vector<Expression> all_;
  std::set<std::string> known_views_;
};

TEST_F(AgreementTest, NamesOnlyMetricsAndViewsThatExist) {
  for (const Expression& expression : all_) {
    for (const Selector& selector : selectors_of(expression.text)) {
      const bool is_view = selector.name.find(':') != std::string::npos;
      EXPECT_TRUE(is_view ? known_views_.contains(selector.name)
                          : metric_of(selector.name) != nullptr)
          << selector.name << " in " << expression.where;
    }
  }
}

TEST_F(AgreementTest, NamesOnlyLabelsThatTheMetricHas) {
  for (const Expression& expression : all_) {
    for (const Selector& selector : selectors_of(expression.text)) {
      const MetricSpec* const spec = metric_of(selector.name);
      if (spec == nullptr) continue;
      std::set<std::string> known = {"job", "instance", "le"};
      for (const std::string_view label : spec->labels) known.emplace(label);
      for (const std::string& label : selector.labels) {
        EXPECT_TRUE(known.contains(label))
            << selector.name << '{' << label << "} in " << expression.where;
      }
    }
  }
}

TEST_F(AgreementTest, GroupsOnlyByLabelsThatExist) {
  std::set<std::string> known = {"job", "instance", "le", "period"};
  for (const MetricSpec& spec : catalog) {
    for (const std::string_view label : spec.labels) known.emplace(label);
  }
  for (const Expression& expression : all_) {
    for (const std::string& label : grouping_labels_of(expression.text)) {
      EXPECT_TRUE(known.contains(label)) << label << " in " << expression.where;
    }
  }
}

TEST_F(AgreementTest, UsesEveryMetric) {
  // What nobody looks at, and why it is exposed all the same.
  const std::map<std::string, std::string> unused = {
      {"seadragon_host_per_cpu_seconds_total", "on request only, by who looks for a busy CPU"},
      {"process_threads", "every client's, for dashboards about targets"},
      {"process_open_fds", "the same"},
      {"process_max_fds", "the same"},
      {"process_virtual_memory_bytes", "the same"},
      {"process_virtual_memory_max_bytes", "the same"},
      {"process_start_time_seconds", "the same"},
  };
  std::set<std::string> used;
  for (const Expression& expression : all_) {
    for (const Selector& selector : selectors_of(expression.text)) {
      if (const MetricSpec* spec = metric_of(selector.name)) used.emplace(spec->name);
    }
  }
  for (const MetricSpec& spec : catalog) {
    EXPECT_NE(used.contains(std::string(spec.name)), unused.contains(std::string(spec.name)))
        << spec.name;
  }
}

/// What a panel is called, whichever dashboard it is on: its title, the last part.
std::string panel_of(const std::string& where) { return where.substr(where.rfind(": ") + 2); }

TEST_F(AgreementTest, WritesNoQueryTwice) {
  // A rule and a panel that compute the same would drift apart: record it once, use the view. A
  // panel that stands on two dashboards is written once.
  std::map<std::string, std::string> seen;
  for (const Expression& expression : all_) {
    const std::string text = normalised(expression.text);
    const bool computes = text.find("rate(") != std::string::npos ||
                          text.find("increase(") != std::string::npos ||
                          text.find("_over_time(") != std::string::npos;
    if (!computes) continue;
    const auto [first, is_new] = seen.emplace(text, expression.where);
    EXPECT_TRUE(is_new || panel_of(expression.where) == panel_of(first->second))
        << expression.where << " computes the same as " << first->second;
  }
}

}  // namespace
}  // namespace seadragon::tests
