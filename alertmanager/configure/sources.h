/// What a test mail and the status need to know of the settings.
#pragma once

#include "alertmanager/configure/settings.h"
#include "alertmanager/configure/status.h"
#include "alertmanager/configure/test_mail.h"

namespace seadragon::alerts {

/// Test mails that go the way of the alerts.
TestMails test_mails(const Settings& settings, bool shows_dialogue);

StatusSources status_sources(const Settings& settings);

}  // namespace seadragon::alerts
