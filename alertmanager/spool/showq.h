/// Takes apart what Postfix's showq(8) says: the mails in its queues.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::spool {

struct Recipient {
  std::string address;
  std::string reason;  ///< Why the last try failed, in the words of Postfix or the mail server;
                       ///< empty when none did.
};

struct WaitingMail {
  std::string queue;  ///< active, deferred, incoming, hold or maildrop.
  std::string id;
  std::chrono::sys_seconds arrived;
  std::uint64_t bytes;
  std::string sender;                 ///< MAILER-DAEMON for mails about mails.
  std::vector<Recipient> recipients;  ///< Those who have not got it yet.
};

/// `answer` is all that the service said: lists of attributes, each a name and a value that end
/// with a zero byte, and one more at the end of each list and of the whole. The first list may name
/// the protocol, as it does in newer versions. Unknown attributes are passed over; nullopt when
/// anything else is lacking or there twice, and when the answer does not end where it should.
///
/// Source: showq(8), src/showq/showq.c and src/util/attr_print0.c of Postfix 3.7.
std::optional<std::vector<WaitingMail>> parse_showq(std::string_view answer);

}  // namespace seadragon::spool
