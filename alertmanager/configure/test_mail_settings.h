/// Test mails that go the way of the alerts.
#pragma once

#include "alertmanager/configure/settings.h"
#include "alertmanager/configure/test_mail.h"

namespace seadragon::alerts {

TestMails test_mails(const Settings& settings, bool shows_dialogue);

}  // namespace seadragon::alerts
