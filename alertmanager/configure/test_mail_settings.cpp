#include "alertmanager/configure/test_mail_settings.h"

#include <cstdint>

namespace seadragon::alerts {

TestMails test_mails(const Settings& settings, bool shows_dialogue) {
  const Settings::Smtp& smtp = settings.smtp;
  TestMails mails{.server = {.host = smtp.server,
                             .port = static_cast<std::uint16_t>(smtp.port),
                             .username = smtp.username,
                             .password = smtp.password,
                             .ca_file = smtp.ca_file,
                             .tls = settings.implicit_tls() ? Tls::implicit : Tls::starttls},
                  .spool = {},
                  .from = settings.sender(),
                  .recipients = settings.recipients,
                  .hello = smtp.hello,
                  .shows_dialogue = shows_dialogue};
  if (settings.spools()) {
    mails.spool = {.port = static_cast<std::uint16_t>(settings.spool.port),
                   .queue_directory = settings.spool.directory + "/queue"};
  }
  return mails;
}

}  // namespace seadragon::alerts
