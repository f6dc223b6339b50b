/// The rules, templates and routes that the program was built with: the files of alertmanager/.
#pragma once

#include <span>
#include <string_view>

namespace seadragon::alerts {

struct ShippedFile {
  std::string_view path;  ///< In alertmanager/, `rules/host.yml` say.
  std::string_view text;
};

std::span<const ShippedFile> shipped_files();

/// The text of one of them, which must be there.
std::string_view shipped_file(std::string_view path);

}  // namespace seadragon::alerts
