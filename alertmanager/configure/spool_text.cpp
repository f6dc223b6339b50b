#include "alertmanager/configure/spool_text.h"

#include <algorithm>
#include <string_view>

namespace seadragon::alerts {
namespace {

constexpr std::string_view system_certificates = "/etc/ssl/certs/ca-certificates.crt";

/// In brackets: no look-up of MX records. The login is found by exactly this text.
std::string relay_host(const Settings& settings) {
  return '[' + settings.smtp.server + "]:" + std::to_string(settings.smtp.port);
}

/// As an access table looks it up, access(5).
std::string allowed(std::string address) {
  std::ranges::transform(address, address.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return "{ " + address + " = OK }";
}

/// Who may send, and to whom: the port is of no use to other programs of this machine.
std::string restrictions(const Settings& settings) {
  std::string recipients;
  for (const std::string& recipient : settings.recipients) {
    recipients += (recipients.empty() ? "" : ", ") + allowed(recipient);
  }
  return "smtpd_sender_restrictions = check_sender_access inline:{ " + allowed(settings.sender()) +
         " }, reject\n"
         "smtpd_recipient_restrictions = check_recipient_access inline:{ " +
         recipients + " }, reject\n";
}

constexpr std::string_view tries = R"(
# Waiting mails are tried again after 5 to 20 seconds; each step of a try has an end.
queue_run_delay = 5s
minimal_backoff_time = 5s
maximal_backoff_time = 20s
maximal_queue_lifetime = 1d
bounce_queue_lifetime = 1d
smtp_connect_timeout = 10s
smtp_helo_timeout = 15s
smtp_starttls_timeout = 15s
smtp_mail_timeout = 15s
smtp_rcpt_timeout = 15s
smtp_data_init_timeout = 15s
smtp_data_xfer_timeout = 30s
smtp_data_done_timeout = 60s
smtp_quit_timeout = 5s
smtp_destination_concurrency_limit = 1
# There is no scache in master.cf, for which each delivery would wait a second.
smtp_connection_cache_on_demand = no
# A refusal for good is one for now: the mail stays where it is seen instead of being dropped.
soft_bounce = yes
# Otherwise each mail that a full disk keeps out sends one to a postmaster, at the mail server.
notify_classes =
# Alertmanager asks for it where it is offered, and then mails pass only servers that have it too.
smtputf8_enable = no
)";

/// A mail that was under way when qmgr was reloaded is tried again when qmgr next wakes up, by
/// default every 300 s.
constexpr std::string_view services = R"(
cleanup unix n - n - 0 cleanup
qmgr unix n - n 15 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
)";

}  // namespace

std::string spool_main_text(const Settings& settings, const SpoolPlaces& places) {
  const Settings::Smtp& smtp = settings.smtp;
  std::string text =
      "# Written by `seadragon-alerts configure`, which overwrites it.\n"
      "compatibility_level = 3.6\n"
      "queue_directory = " +
      places.directory +
      "/queue\n"
      "data_directory = " +
      places.directory +
      "/data\n"
      "maillog_file = " +
      places.directory +
      "/mail.log\n"
      "maillog_file_prefixes = " +
      places.directory +
      "\n"
      "myhostname = seadragon.localhost\n"
      "inet_interfaces = 127.0.0.1\n"
      "inet_protocols = all\n"
      "mynetworks = 127.0.0.0/8\n"
      "mydestination =\n"
      "local_transport = error:no local mail\n"
      "# Without it smtpd waits for proxymap, which is not there, and never greets.\n"
      "local_recipient_maps =\n"
      "\n"
      "relayhost = " +
      relay_host(settings) +
      "\n"
      "smtp_host_lookup = native\n"
      "smtp_tls_security_level = secure\n"
      "smtp_tls_CAfile = " +
      (smtp.ca_file.empty() ? std::string(system_certificates) : smtp.ca_file) +
      "\n"
      "smtp_sasl_auth_enable = yes\n"
      "smtp_sasl_password_maps = texthash:" +
      places.configuration +
      "/sasl_passwd\n"
      "smtp_sasl_security_options = noanonymous\n";
  if (settings.implicit_tls()) text += "smtp_tls_wrappermode = yes\n";
  if (!smtp.hello.empty()) text += "smtp_helo_name = " + smtp.hello + '\n';
  return text.append(tries).append("\n").append(restrictions(settings));
}

std::string spool_master_text(const Settings& settings) {
  return "# Written by `seadragon-alerts configure`, which overwrites it.\n127.0.0.1:" +
         std::to_string(settings.spool.port) + " inet n - n - - smtpd" + std::string(services);
}

std::string spool_login_text(const Settings& settings) {
  return relay_host(settings) + ' ' + settings.smtp.username + ':' + settings.smtp.password + '\n';
}

}  // namespace seadragon::alerts
