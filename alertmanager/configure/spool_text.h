/// The configuration of a Postfix instance that keeps mails until the mail server takes them. It is
/// a second instance with folders of its own: the system's Postfix is not touched (postconf(5)).
#pragma once

#include <string>

#include "alertmanager/configure/settings.h"

namespace seadragon::alerts {

/// Where the instance lives.
struct SpoolPlaces {
  std::string configuration;  ///< main.cf, master.cf, sasl_passwd
  std::string directory;      ///< Has queue/ and data/: what outlives a new configuration.
};

std::string spool_main_text(const Settings& settings, const SpoolPlaces& places);

std::string spool_master_text(const Settings& settings);

/// Secret.
std::string spool_login_text(const Settings& settings);

}  // namespace seadragon::alerts
