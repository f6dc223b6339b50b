/// How the way of one mail ended, and what has to change when it did not arrive.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace seadragon::alerts {

enum class Tls {
  starttls,  ///< Asked for after the first EHLO (RFC 3207), as on port 587.
  implicit,  ///< From the first byte (RFC 8314), as on port 465.
  none,      ///< For the spool on this machine only.
};

struct MailServer {
  std::string host;
  std::uint16_t port = 587;
  std::string username = {};  ///< Empty: without a login.
  std::string password = {};
  std::string ca_file = {};  ///< Who may sign its certificate; empty: whom this machine trusts.
  Tls tls = Tls::starttls;
};

/// Of an SMTP session (RFC 5321), in its order.
enum class Step { connect, tls, greeting, ehlo, starttls, auth, mail, rcpt, data, content, quit };

/// As it is called in what people read: "RCPT TO".
std::string_view step_name(Step step);

enum class Cause {
  none,               ///< The server has taken the mail.
  refused,            ///< The server said no: `MailEnding::code`.
  unresolved,         ///< No address belongs to the name.
  closed,             ///< No program takes connections there.
  silent,             ///< A deadline has passed.
  cut,                ///< The connection ended.
  tls_at_once,        ///< The server awaits TLS from the first byte; it was asked for STARTTLS.
  plain_first,        ///< The reverse.
  no_starttls,        ///< It does not offer STARTTLS.
  untrusted,          ///< No known authority has signed its certificate.
  wrong_name,         ///< Its certificate is for other names.
  expired,            ///< Its certificate has expired, or is of the future.
  no_authorities,     ///< The file of authorities cannot be read.
  no_login,           ///< It offers no AUTH.
  unknown_mechanism,  ///< It offers none of the mechanisms that are known.
  other,
};

struct MailEnding {
  Cause cause = Cause::none;
  Step step = Step::content;
  int code = 0;            ///< Of the server's last reply; 0: there was none.
  std::string words = {};  ///< The server's own, or the system's. May hold anything.

  bool operator==(const MailEnding&) const = default;
};

/// One line: what to change so that mail to `recipient` arrives, settings by the names of their
/// YAML key and environment variable. Empty when the mail arrived.
std::string advice(const MailServer& server, std::string_view recipient, const MailEnding& ending);

/// One line: what is lost where Alertmanager 0.25 sends mails itself, and what to set.
constexpr std::string_view loss_without_spool =
    "without a spool a mail is lost that the mail server refuses after its content, and those of "
    "an alert that begins and ends while that server is away; to lose none, set `spool: postfix` "
    "(docs/alerts.md#what-can-get-lost)";

/// What a reason says with which Postfix keeps a mail (`delay_reason` of postqueue(1)).
///
/// Source: the texts of smtp(8), src/smtp/smtp_connect.c and smtp_proto.c of Postfix 3.7.
MailEnding ending_of_postfix(std::string_view reason);

}  // namespace seadragon::alerts
