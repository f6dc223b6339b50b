#include "alertmanager/configure/sources.h"

#include <cstdint>
#include <string>

namespace seadragon::alerts {
namespace {

std::string queue_of(const Settings& settings) { return settings.spool.directory + "/queue"; }

}  // namespace

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
                   .queue_directory = queue_of(settings)};
  }
  return mails;
}

StatusSources status_sources(const Settings& settings) {
  StatusSources sources{.alertmanager_url = settings.alertmanager.url,
                        .prometheus_url = settings.prometheus.url,
                        .spool_queue = {}};
  if (settings.spools()) sources.spool_queue = queue_of(settings);
  return sources;
}

}  // namespace seadragon::alerts
