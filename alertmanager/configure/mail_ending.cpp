#include "alertmanager/configure/mail_ending.h"

#include "alertmanager/configure/terminal_text.h"

namespace seadragon::alerts {
namespace {

constexpr std::string_view server_setting = "smtp.server (SMTP_SERVER)";
constexpr std::string_view port_setting = "smtp.port (SMTP_PORT)";
constexpr std::string_view username_setting = "smtp.username (SMTP_USERNAME)";
constexpr std::string_view password_setting = "smtp.password (SMTP_PASSWORD)";
constexpr std::string_view recipients_setting = "recipients (ALERT_RECIPIENTS)";

template <class... Parts>
std::string line(const Parts&... parts) {
  std::string text;
  (text.append(parts), ...);
  return text;
}

std::string name_of(const MailServer& server) {
  return line(terminal_text(server.host), ":", std::to_string(server.port));
}

std::string when_login_is_refused(const MailServer& server, const MailEnding& ending) {
  // RFC 4954, section 6: 534 = too weak, 538 = needs encryption, 454 = try again.
  if (ending.code / 100 == 4) {
    return "the server cannot check logins now: try again later; nothing is to be changed";
  }
  if (server.host == "smtp.gmail.com") {
    return line("set ", password_setting,
                " to an app password (Google account, Security, 2-Step Verification, App "
                "passwords): Gmail takes no other here; ",
                username_setting, " is the whole address");
  }
  if (ending.code == 534) {
    return line("set ", password_setting,
                " to a password for programs (app password), which this provider demands");
  }
  return line("correct ", username_setting, " or ", password_setting,
              "; many providers want a password made for programs (app password)");
}

std::string when_refused_at_mail(const MailServer& server, const MailEnding& ending) {
  if (ending.code == 530) {  // RFC 4954 and RFC 3207: authentication or STARTTLS required
    if (server.username.empty()) {
      return line("the server wants a login: set ", username_setting, " and ", password_setting);
    }
    return when_login_is_refused(server, ending);
  }
  return line("set smtp.from to an address that ", username_setting,
              " may send as; without it the user name is the sender");
}

std::string when_refused_at_rcpt(std::string_view recipient, const MailEnding& ending) {
  if (ending.code == 530 || ending.words.find("elay") != std::string::npos) {
    return line("the server passes no mail on to ", terminal_text(recipient),
                " for this login: check ", username_setting, " and smtp.from, or ",
                recipients_setting);
  }
  return line("correct or remove ", terminal_text(recipient), " in ", recipients_setting);
}

std::string when_refused(const MailServer& server, std::string_view recipient,
                         const MailEnding& ending) {
  const bool is_temporary = ending.code / 100 == 4;
  switch (ending.step) {
    case Step::auth:
      return when_login_is_refused(server, ending);
    case Step::mail:
      if (is_temporary) break;
      return when_refused_at_mail(server, ending);
    case Step::rcpt:
      if (is_temporary) break;
      return when_refused_at_rcpt(recipient, ending);
    case Step::data:
    case Step::content:
      if (is_temporary) break;
      return line(
          "the server refuses what the mail says or whom it is from: ask its provider about the "
          "words above, or set ",
          server_setting, " and smtp.from to others");
    case Step::connect:
    case Step::tls:
    case Step::greeting:
    case Step::ehlo:
    case Step::starttls:
    case Step::quit:
      if (is_temporary) break;
      return line(
          "the server does not serve this machine: ask its provider about the words above, correct "
          "smtp.hello if it names that, or set ",
          server_setting, " to another");
  }
  return "a refusal for now (greylisting, a limit): try again in some minutes; with spool.program: "
         "postfix alert mails are tried again until they are taken, without it this one would be "
         "lost";
}

std::string when_silent(const MailServer& server, const MailEnding& ending) {
  if (ending.step == Step::connect) {
    return line("nothing answers at ", name_of(server),
                ": open outgoing TCP to it in the firewall, or correct ", port_setting,
                " (587, or 465 for TLS at once) or ", server_setting);
  }
  if (ending.step == Step::greeting) {
    return line("a program takes the connection and never greets: correct ", port_setting,
                " (587, or 465 for TLS at once) or ", server_setting,
                "; if they are right, the server hangs");
  }
  return "the server hangs: ask its provider, or try again; spool.program: postfix keeps alert "
         "mails until it answers";
}

std::string when_cut(const MailServer& server, const MailEnding& ending) {
  if (ending.step < Step::ehlo) {
    return line("no mail server for this machine is at ", name_of(server), ": correct ",
                port_setting, " or ", server_setting);
  }
  return "the server, or what stands in between, ends connections: try again; spool.program: "
         "postfix keeps alert mails until they are taken, without it a mail cut off here is lost";
}

std::string when_untrusted(const MailServer& server) {
  if (server.ca_file.empty()) {
    return line("set smtp.ca_file to the certificate (PEM) of the authority that signs for ",
                terminal_text(server.host),
                "; if it is a public one, install the package ca-certificates");
  }
  return line(
      "set smtp.ca_file to the certificate (PEM) of the authority that has signed this one; ",
      terminal_text(server.ca_file), " has not");
}

}  // namespace

std::string_view step_name(Step step) {
  switch (step) {
    case Step::connect:
      return "connect";
    case Step::tls:
      return "TLS";
    case Step::greeting:
      return "greeting";
    case Step::ehlo:
      return "EHLO";
    case Step::starttls:
      return "STARTTLS";
    case Step::auth:
      return "AUTH";
    case Step::mail:
      return "MAIL FROM";
    case Step::rcpt:
      return "RCPT TO";
    case Step::data:
      return "DATA";
    case Step::content:
      return "end of DATA";
    case Step::quit:
      return "QUIT";
  }
  return "";
}

std::string advice(const MailServer& server, std::string_view recipient, const MailEnding& ending) {
  switch (ending.cause) {
    case Cause::none:
      return "";
    case Cause::refused:
      return when_refused(server, recipient, ending);
    case Cause::unresolved:
      return line("correct ", server_setting, ": no address belongs to \"",
                  terminal_text(server.host),
                  "\"; if it is right, this machine's DNS does not work");
    case Cause::closed:
      return line("correct ", port_setting, " or ", server_setting, ": nothing listens at ",
                  name_of(server), "; usual ports are 587, and 465 for TLS at once");
    case Cause::silent:
      return when_silent(server, ending);
    case Cause::cut:
      return when_cut(server, ending);
    case Cause::tls_at_once:
      return line("set ", port_setting,
                  " to 465, or to the server's port for STARTTLS (mostly 587): port ",
                  std::to_string(server.port),
                  " awaits TLS from the first byte, which is spoken on 465 only");
    case Cause::plain_first:
      return line("set ", port_setting, " to 587: port ", std::to_string(server.port),
                  " of this server begins without TLS, and on 465 TLS is spoken at once");
    case Cause::no_starttls:
      return line("set ", port_setting, " to 465, or ", server_setting,
                  " to a server that encrypts: this one offers no STARTTLS, and a password is "
                  "never sent in the clear");
    case Cause::untrusted:
      return when_untrusted(server);
    case Cause::wrong_name:
      return line("set ", server_setting, " to a name that the server's certificate is for: \"",
                  terminal_text(server.host), "\" is none");
    case Cause::expired:
      return line(
          "the server's certificate is not valid today: its provider has to renew it; check this "
          "machine's clock (timedatectl)");
    case Cause::no_authorities:
      return line("set smtp.ca_file to a file of certificates (PEM) that this user can read: ",
                  terminal_text(server.ca_file), " is none");
    case Cause::no_login:
      return line("the server takes no login on port ", std::to_string(server.port), ": set ",
                  port_setting, " to its port for clients (587 or 465)");
    case Cause::unknown_mechanism:
      return line("set spool.program: postfix, or ", server_setting,
                  " to a server that offers PLAIN: Alertmanager logs in with PLAIN or LOGIN only");
    case Cause::other:
      return line("check ", server_setting, " and ", port_setting,
                  " against what the provider says");
  }
  return "";
}

}  // namespace seadragon::alerts
