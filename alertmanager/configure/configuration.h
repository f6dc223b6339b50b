/// All files that the settings ask for.
#pragma once

#include <string>
#include <vector>

#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

struct ConfigurationFile {
  std::string path;  ///< In the folder, `rules/host.yml` say.
  std::string text;
  bool secret = false;  ///< For its owner only.
  std::string owner;    ///< A user of this machine; empty: whoever writes it.
};

/// Where the files are used, which need not be where they are written.
struct ConfigurationPlaces {
  std::string folder;  ///< An absolute path.
  std::string
      spool_directory;  ///< Has the queue; not in the folder, which is exchanged as a whole.
};

std::vector<ConfigurationFile> configuration(const Settings& settings,
                                             const ConfigurationPlaces& places);

/// The folder that main.cf is in, for `postfix -c`.
std::string spool_configuration(const std::string& folder);

}  // namespace seadragon::alerts
