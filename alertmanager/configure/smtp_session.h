/// One session with a mail server, as Alertmanager would hold it, and what became of it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "alertmanager/configure/mail_ending.h"
#include "alertmanager/configure/smtp_dialogue.h"

namespace seadragon::alerts {

/// How long the server may take for each step; watched once a second.
struct SmtpDeadlines {
  std::chrono::milliseconds connect = std::chrono::seconds(10);
  std::chrono::milliseconds reply = std::chrono::seconds(15);
  /// For the reply that makes it responsible for the mail. RFC 5321, 4.5.3.2.6 has 10 minutes;
  /// whoever gives up early gets the mail twice.
  std::chrono::milliseconds acceptance = std::chrono::seconds(60);
};

struct SmtpSession {
  std::vector<Exchange> exchanges;
  std::vector<std::string> mechanisms;  ///< For AUTH, as the server lists them.
  std::string odd_prompt;  ///< What AUTH LOGIN asked for, if it was not what Alertmanager knows.
  MailEnding ending = {};  ///< Its cause is none when all that was wanted has happened.
};

/// Connects, encrypts as the server's settings say and asks what is offered; no login, no mail.
SmtpSession look_at(const MailServer& server, const std::string& hello,
                    const SmtpDeadlines& deadlines);

struct OutgoingMail {
  std::string from;  ///< An address and nothing else, as `to`.
  std::string to;
  std::string content;    ///< Header and body, lines ended by CRLF.
  std::string mechanism;  ///< For AUTH; empty: without a login.
};

/// The whole of it. `hello` is the name in EHLO. Never throws for what the server does.
SmtpSession send(const MailServer& server, const std::string& hello, const OutgoingMail& mail,
                 const SmtpDeadlines& deadlines);

}  // namespace seadragon::alerts
