/// Lists that people write into one value: `127.0.0.1:1, [::1]:1`.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::monitoring::detail {

/// What stands between the commas, without the blanks around it; nothing for an empty list.
inline std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> items;
  while (!list.empty()) {
    std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    items.emplace_back(item.substr(0, item.find_last_not_of(' ') + 1));
  }
  return items;
}

}  // namespace seadragon::monitoring::detail
