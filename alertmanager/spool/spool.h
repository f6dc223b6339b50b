/// The spool between Alertmanager and the mail server, a Postfix of its own: what waits in it.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "alertmanager/spool/showq.h"

namespace seadragon::spool {

struct Spool {
  std::vector<WaitingMail> mails = {};
  std::string why_down = {};  ///< Empty when it answered. Mails may wait in one that is down too.

  bool is_up() const { return why_down.empty(); }
};

/// Asks the service showq(8) of the Postfix whose `queue_directory` this is, as postqueue(1) does.
/// Root and members of the group postdrop may; no program of Postfix is needed. Any thread. A spool
/// that has not answered by `deadline` is down, as is one without that service.
///
/// Throws std::runtime_error that names the socket: when this user may not ask, and when the answer
/// is malformed or longer than 4 MiB, which some 15,000 mails are.
Spool read_spool(const std::filesystem::path& queue_directory,
                 std::chrono::steady_clock::time_point deadline);

}  // namespace seadragon::spool
