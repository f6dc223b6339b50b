#include "alertmanager/configure/rules_text.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include "alertmanager/configure/shipped_files.h"

namespace seadragon::alerts {
namespace {

constexpr std::string_view record = "- record: seadragon:threshold:";
constexpr std::string_view runbook_page = "{{ $externalURL }}/user/runbook.html";
constexpr std::string_view dashboard_page = "{{ $externalURL }}/user/?dashboard=";

/// Where a limit stands in a rule file.
struct Threshold {
  std::string name;
  std::size_t number_at, number_size;
};

/// The first one at or behind `from`.
std::optional<Threshold> next_threshold(std::string_view text, std::size_t from) {
  constexpr std::string_view opening = "vector(";
  const std::size_t start = text.find(record, from);
  if (start == std::string_view::npos) return std::nullopt;
  const std::size_t name_at = start + record.size();
  const std::size_t name_end = std::min(text.find('\n', name_at), text.size());
  const std::string name(text.substr(name_at, name_end - name_at));
  const std::size_t number_at = text.find(opening, name_end) + opening.size();
  const std::size_t number_end = text.find(')', number_at);
  if (number_end == std::string_view::npos) {
    throw std::logic_error("the shipped threshold " + name + " is no vector(NUMBER)");
  }
  return Threshold{name, number_at, number_end - number_at};
}

void replace_thresholds(std::string& text, const Settings& settings) {
  for (auto found = next_threshold(text, 0); found;
       found = next_threshold(text, found->number_at)) {
    const auto wanted = settings.thresholds.find(found->name);
    if (wanted == settings.thresholds.end()) continue;
    text.replace(found->number_at, found->number_size, wanted->second);
  }
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// `BASE/d/NAME?var-instance=...`: what Grafana calls the dashboard of that name.
void replace_dashboards(std::string& text, const std::string& base) {
  const auto is_name = [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); };
  const std::string prefix = base + "/d/";
  for (std::size_t at = text.find(dashboard_page); at != std::string::npos;
       at = text.find(dashboard_page, at + prefix.size())) {
    text.replace(at, dashboard_page.size(), prefix);
    std::size_t end = at + prefix.size();
    while (end < text.size() && is_name(text[end])) ++end;
    if (end < text.size() && text[end] == '&') text[end] = '?';
  }
}

}  // namespace

std::vector<std::string> threshold_names() {
  const std::string_view text = shipped_file("rules/thresholds.yml");
  std::vector<std::string> names;
  for (auto found = next_threshold(text, 0); found;
       found = next_threshold(text, found->number_at)) {
    names.push_back(found->name);
  }
  return names;
}

std::string shipped_threshold(std::string_view name) {
  const std::string_view text = shipped_file("rules/thresholds.yml");
  for (auto found = next_threshold(text, 0); found;
       found = next_threshold(text, found->number_at)) {
    if (found->name == name) return std::string(text.substr(found->number_at, found->number_size));
  }
  throw std::logic_error("no threshold " + std::string(name) + " is shipped");
}

std::string rules_text(std::string_view shipped, const Settings& settings) {
  std::string text(shipped);
  replace_thresholds(text, settings);
  if (!settings.links.runbook.empty()) replace_all(text, runbook_page, settings.links.runbook);
  if (!settings.links.dashboards.empty()) replace_dashboards(text, settings.links.dashboards);
  return text;
}

}  // namespace seadragon::alerts
