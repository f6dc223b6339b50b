#include "exporter/server_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

#include "exporter/exposition.h"

namespace seadragon::exporter {
namespace {

const std::string* find_label(const Series& series, std::string_view name) {
  const auto label = std::ranges::find(series.labels, name, &Label::name);
  return label == series.labels.end() ? nullptr : &label->value;
}

/// Those that are asked for, without the parts of a total.
std::vector<Series> chosen(std::vector<Series> all, const Selector& selector) {
  const auto is_other = [&](const Series& series) {
    const std::string* const value = find_label(series, selector.label);
    return value == nullptr || *value != selector.value;
  };
  if (!selector.label.empty()) std::erase_if(all, is_other);
  const auto has_priority = [](const Series& series) {
    return find_label(series, "priority") != nullptr;
  };
  const auto is_part = [](const Series& series) {
    const std::string* const priority = find_label(series, "priority");
    return priority == nullptr || !priority->empty();
  };
  if (std::ranges::any_of(all, has_priority)) std::erase_if(all, is_part);
  return all;
}

/// All labels but those of the ranks that work together.
std::string work_of(const Series& series) {
  constexpr std::array<std::string_view, 3> ranks = {"tp_rank", "pp_rank", "moe_ep_rank"};
  std::string work;
  for (const auto& [name, value] : series.labels) {
    if (std::ranges::find(ranks, name) != ranks.end()) continue;
    work.append(name).append("\n").append(value).append("\n");
  }
  return work;
}

double together(const std::vector<Series>& series, Quantity::Together how) {
  std::map<std::string, double> works;
  for (const Series& one : series) {
    const auto [work, is_new] = works.emplace(work_of(one), one.value);
    if (!is_new) work->second = std::max(work->second, one.value);
  }
  double sum = 0;
  for (const auto& [work, value] : works) sum += value;
  return how == Quantity::Together::mean ? sum / static_cast<double>(works.size()) : sum;
}

}  // namespace

std::optional<FoundNumber> find_number(std::string_view page, const Quantity& quantity) {
  for (const Selector& selector : quantity.from) {
    const std::string& name = selector.name;
    auto all = find_series(page, name);
    if (!all) throw std::runtime_error("its page has a malformed line of " + name);
    const std::vector<Series> series = chosen(*std::move(all), selector);
    if (series.empty()) continue;
    for (const Series& one : series) {
      if (find_label(one, "pid") != nullptr) throw std::runtime_error(name + " has a label pid");
      if (!std::isfinite(one.value)) throw std::runtime_error(name + " is not a number");
    }
    return FoundNumber{.value = together(series, quantity.together), .metric = name};
  }
  return std::nullopt;
}

FoundNumber read_number(std::string_view page, const Quantity& quantity) {
  if (const auto found = find_number(page, quantity)) return *found;
  std::string wanted;
  for (const Selector& selector : quantity.from) {
    wanted.append(wanted.empty() ? "" : " or ").append(selector.text());
  }
  throw std::runtime_error("its page has no " + wanted);
}

}  // namespace seadragon::exporter
