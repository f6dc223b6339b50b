#include "alertmanager/configure/spooled_mail.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "alertmanager/configure/terminal_text.h"
#include "alertmanager/spool/spool.h"

namespace seadragon::alerts {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

std::string_view id_in(std::string_view reply) {
  constexpr std::string_view before = "queued as ";
  const auto at = reply.find(before);
  return at == std::string_view::npos ? "" : reply.substr(at + before.size());
}

const spool::WaitingMail* find(const spool::Spool& spool, std::string_view id) {
  const auto mail = std::ranges::find(spool.mails, id, &spool::WaitingMail::id);
  return mail == spool.mails.end() ? nullptr : &*mail;
}

std::string reason_of(const spool::WaitingMail& mail) {
  for (const spool::Recipient& recipient : mail.recipients) {
    if (!recipient.reason.empty()) return recipient.reason;
  }
  return "";
}

void tell(const std::string& recipient, const std::string& news, const std::string& change,
          std::ostream& out) {
  out << recipient << ": " << news << "\n  To do: " << change << '\n';
}

}  // namespace

std::string advice_about_spool(const MailEnding& ending) {
  switch (ending.cause) {
    case Cause::closed:
    case Cause::silent:
    case Cause::cut:
      return "start the spool (systemctl status seadragon-spool), or correct spool.port";
    case Cause::refused:
      if (ending.code == 452) {
        return "make room on the disk of spool.directory: the spool takes no mail while it is full";
      }
      return "run seadragon-alerts configure again and reload the spool: it takes mails from"
             " smtp.from to recipients (ALERT_RECIPIENTS) only, as they were then";
    case Cause::none:
    case Cause::unresolved:
    case Cause::tls_at_once:
    case Cause::plain_first:
    case Cause::no_starttls:
    case Cause::untrusted:
    case Cause::wrong_name:
    case Cause::expired:
    case Cause::no_authorities:
    case Cause::no_login:
    case Cause::unknown_mechanism:
    case Cause::other:
      break;
  }
  return "correct spool.port: what answers there is no spool";
}

bool follow(const SpoolOnTheWay& spool, const MailServer& server, const std::string& recipient,
            std::string_view reply, std::ostream& out) {
  const std::string_view id = id_in(reply);
  if (id.empty()) {
    tell(recipient, "what took it at spool.port is not our spool: it named no queue",
         "correct spool.port", out);
    return false;
  }
  const auto end = steady_clock::now() + spool.patience;
  // A mail that moves from one queue to the next can be missed once, not twice.
  int missed = 0;
  while (true) {
    const spool::Spool now = spool::read_spool(spool.queue_directory, steady_clock::now() + 5s);
    if (!now.is_up()) {
      tell(recipient, "the spool has it and is down: " + terminal_text(now.why_down),
           "start the spool; it sends what it has", out);
      return false;
    }
    const spool::WaitingMail* mail = find(now, id);
    missed = mail == nullptr ? missed + 1 : 0;
    if (missed == 2) {
      out << recipient << ": accepted by " << terminal_text(server.host) << '\n';
      return true;
    }
    if (mail != nullptr) {
      if (const std::string reason = reason_of(*mail); !reason.empty()) {
        tell(recipient, "waits in the spool: " + terminal_text(reason),
             advice(server, recipient, ending_of_postfix(reason)) +
                 "; the spool goes on trying until then",
             out);
        return false;
      }
    }
    if (steady_clock::now() > end) {
      tell(recipient, "still in the spool, which has given no reason yet",
           "look again with seadragon-alerts status", out);
      return false;
    }
    std::this_thread::sleep_for(200ms);
  }
}

}  // namespace seadragon::alerts
