/// Proves the way of alert mails: sends one test mail to each recipient and tells what became of
/// it.
#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "alertmanager/configure/mail_ending.h"
#include "alertmanager/configure/smtp_session.h"
#include "alertmanager/configure/spooled_mail.h"

namespace seadragon::alerts {

struct TestMails {
  MailServer server;
  std::optional<SpoolOnTheWay> spool;  ///< Without it Alertmanager speaks to the server itself.
  std::string from;
  std::vector<std::string> recipients;
  std::string hello = {};       ///< The name in EHLO; empty: localhost, as Alertmanager says it.
  bool shows_dialogue = false;  ///< Also of what went well.
  SmtpDeadlines deadlines = {};
};

/// One session and one mail per recipient, each told on `out`: what the server said to it, and
/// where it was not taken, what to change. The login is the one that Alertmanager 0.25 would
/// choose. True when every mail was taken, and Alertmanager's would be: one that only this program
/// can log in to counts as failed. With a spool, "taken" is by the mail server, after the spool.
///
/// No password is shown. Throws std::runtime_error, before anything is sent, for an address that
/// cannot stand in a mail's header. Takes as long as the server may, at most all deadlines.
bool send_test_mails(const TestMails& mails, std::ostream& out);

/// The mail (RFC 5322), lines ended by CRLF. `machine` and the addresses must be fit for a header.
std::string test_mail_content(const std::string& from, const std::string& to,
                              const std::string& machine, std::chrono::sys_seconds now,
                              const std::string& id);

}  // namespace seadragon::alerts
