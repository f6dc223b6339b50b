#include "alertmanager/configure/test_mail.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <random>
#include <stdexcept>
#include <string_view>

#include <unistd.h>

#include "alertmanager/configure/terminal_text.h"

namespace seadragon::alerts {
namespace {

/// An address alone, in ASCII: no white space, no line end, nothing that begins another one.
void require_address(std::string_view address) {
  const auto at = address.find('@');
  const bool has_both_parts = at != std::string_view::npos && at > 0 && at + 1 < address.size();
  const bool is_plain = std::ranges::all_of(address, [](char letter) {
    return letter > ' ' && letter < 0x7F &&
           std::string_view("<>()[],;:\\\"").find(letter) == std::string_view::npos;
  });
  if (has_both_parts && is_plain && address.rfind('@') == at) return;
  throw std::runtime_error("\"" + terminal_text(address) +
                           "\" is no address for a mail: correct smtp.from, or recipients "
                           "(ALERT_RECIPIENTS)");
}

std::string name_of_this_machine() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  std::string fit(name.data());
  std::erase_if(fit, [](unsigned char letter) {
    const bool is_letter = (letter | 0x20) >= 'a' && (letter | 0x20) <= 'z';
    return !is_letter && !(letter >= '0' && letter <= '9') && letter != '-' && letter != '.';
  });
  return fit.empty() ? "localhost" : fit;
}

std::string new_id() {
  std::random_device random;
  return std::to_string(random()) + "." + std::to_string(random());
}

/// Alertmanager 0.25 takes the first that it knows, and CRAM-MD5 only with a secret of its own that
/// is not the password (notify/email/email.go, func auth). Empty: none.
std::string mechanism_of_alertmanager(const std::vector<std::string>& offered) {
  const auto first = std::ranges::find_if(offered, [](const std::string& mechanism) {
    return mechanism == "PLAIN" || mechanism == "LOGIN";
  });
  return first == offered.end() ? "" : *first;
}

std::string all_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : " ") + word;
  return list;
}

std::string name_of(const MailServer& server) {
  return terminal_text(server.host) + ":" + std::to_string(server.port);
}

std::string reply_of(int code, const std::string& words) {
  return (code == 0 ? "" : std::to_string(code) + " ") + terminal_text(words);
}

void tell_dialogue(const std::vector<Exchange>& exchanges, std::ostream& out) {
  for (const Exchange& exchange : exchanges) {
    if (exchange.step == Step::tls) continue;
    std::string said = exchange.said.empty() ? std::string(step_name(exchange.step))
                                             : terminal_text(exchange.said);
    said.resize(std::max<std::size_t>(said.size(), 24), ' ');
    out << "    " << said << "  "
        << (exchange.code == 0 ? "no reply" : reply_of(exchange.code, exchange.reply)) << '\n';
  }
}

void tell_failure(const std::string& whom, const SmtpSession& session, const std::string& change,
                  std::ostream& out) {
  const MailEnding& ending = session.ending;
  out << whom << ": failed at " << step_name(ending.step) << ": "
      << reply_of(ending.code, ending.words) << '\n';
  tell_dialogue(session.exchanges, out);
  out << "  To do: " << change << '\n';
}

bool is_tls_there(const SmtpSession& session) {
  return !session.exchanges.empty() || session.ending.cause == Cause::untrusted ||
         session.ending.cause == Cause::wrong_name || session.ending.cause == Cause::expired;
}

/// A server that begins with TLS says nothing to one who awaits its greeting, and one that does not
/// confuses TLS: the other way is tried before anybody is told to try it.
MailEnding with_other_tls_tried(const TestMails& mails, MailEnding ending) {
  MailServer other = mails.server;
  const bool is_silent = ending.cause == Cause::silent || ending.cause == Cause::cut;
  if (other.tls == Tls::starttls && ending.step == Step::greeting && is_silent) {
    other.tls = Tls::implicit;
    if (is_tls_there(look_at(other, mails.hello, mails.deadlines))) {
      ending.cause = Cause::tls_at_once;
    }
  } else if (other.tls == Tls::implicit && ending.step == Step::tls &&
             ending.cause == Cause::other) {
    other.tls = Tls::none;
    const SmtpSession plain = look_at(other, mails.hello, mails.deadlines);
    if (!plain.exchanges.empty() && plain.exchanges.front().code == 220) {
      ending.cause = Cause::plain_first;
    }
  }
  return ending;
}

/// The mechanism to log in with; nullopt when the mails need not be tried.
std::optional<std::string> mechanism_for(const TestMails& mails, std::ostream& out) {
  const MailServer& server = mails.server;
  SmtpSession look = look_at(server, mails.hello, mails.deadlines);
  std::string mechanism;
  if (look.ending.cause != Cause::none) {
    look.ending = with_other_tls_tried(mails, look.ending);
  } else if (!server.username.empty()) {
    mechanism = mechanism_of_alertmanager(look.mechanisms);
    if (mechanism.empty()) {
      const bool has_any = !look.mechanisms.empty();
      look.ending = {.cause = has_any ? Cause::unknown_mechanism : Cause::no_login,
                     .step = Step::auth,
                     .words = has_any ? "the server offers only " + all_of(look.mechanisms)
                                      : "the server offers no AUTH"};
    }
  }
  if (look.ending.cause != Cause::none) {
    tell_failure(name_of(server), look, advice(server, "", look.ending), out);
    return std::nullopt;
  }
  out << name_of(server) << ": connected"
      << (server.tls == Tls::none ? "" : ", encrypted, certificate trusted");
  if (!mechanism.empty()) {
    out << ", offers AUTH " << terminal_text(all_of(look.mechanisms)) << "; Alertmanager takes "
        << mechanism;
  }
  out << '\n';
  return mechanism;
}

/// Alertmanager logs in with its own words, libcurl with any.
bool alertmanager_would(const SmtpSession& session, const std::string& recipient,
                        std::ostream& out) {
  if (session.odd_prompt.empty()) return true;
  out << recipient << ": warning: AUTH LOGIN asks \"" << terminal_text(session.odd_prompt)
      << "\", and Alertmanager knows \"Username:\" and \"Password:\" only: its mails would fail\n"
      << "  To do: set spool.program: postfix, or smtp.server (SMTP_SERVER) to a server that lists "
         "PLAIN first\n";
  return false;
}

}  // namespace

bool send_test_mails(const TestMails& mails, std::ostream& out) {
  require_address(mails.from);
  for (const std::string& recipient : mails.recipients) require_address(recipient);
  const MailServer first_stop =
      mails.spool ? MailServer{.host = "127.0.0.1", .port = mails.spool->port, .tls = Tls::none}
                  : mails.server;
  std::string mechanism;
  if (!mails.spool) {
    const auto chosen = mechanism_for(mails, out);
    if (!chosen) {
      out << "No test mail was sent.\n";
      return false;
    }
    mechanism = *chosen;
  }
  bool all_taken = true;
  const std::string machine = name_of_this_machine();
  for (const std::string& recipient : mails.recipients) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const OutgoingMail mail{
        .from = mails.from,
        .to = recipient,
        .content = test_mail_content(mails.from, recipient, machine, now, new_id()),
        .mechanism = mechanism};
    const SmtpSession session = send(first_stop, mails.hello, mail, mails.deadlines);
    const MailEnding& ending = session.ending;
    if (ending.cause != Cause::none) {
      all_taken = false;
      tell_failure(
          recipient, session,
          mails.spool ? advice_about_spool(ending) : advice(mails.server, recipient, ending), out);
      continue;
    }
    out << recipient << ": " << (mails.spool ? "in the spool" : "accepted") << ": "
        << reply_of(ending.code, ending.words) << '\n';
    if (mails.shows_dialogue) tell_dialogue(session.exchanges, out);
    all_taken &= mails.spool ? follow(*mails.spool, mails.server, recipient, ending.words, out)
                             : alertmanager_would(session, recipient, out);
  }
  // Where one failed, what to do about that is enough.
  if (all_taken && !mails.spool) out << "Note: " << loss_without_spool << '\n';
  return all_taken;
}

}  // namespace seadragon::alerts
