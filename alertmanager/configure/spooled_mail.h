/// Follows a mail through the spool until it has left it, or says why it has not.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>

#include "alertmanager/configure/mail_ending.h"

namespace seadragon::alerts {

/// The Postfix between Alertmanager and the mail server.
struct SpoolOnTheWay {
  std::uint16_t port;  ///< Of 127.0.0.1.
  std::filesystem::path queue_directory;
  /// How long a mail may stay without a reason before it is told so.
  std::chrono::milliseconds patience = std::chrono::seconds(60);
};

/// One line: what to do when the spool itself has not taken a mail.
std::string advice_about_spool(const MailEnding& ending);

/// Waits until the mail that the spool took with `reply` ("2.0.0 Ok: queued as 4F2A...") has left,
/// has a reason to stay, or patience ends, and tells it. True when it has left: `server` has taken
/// it.
bool follow(const SpoolOnTheWay& spool, const MailServer& server, const std::string& recipient,
            std::string_view reply, std::ostream& out);

}  // namespace seadragon::alerts
