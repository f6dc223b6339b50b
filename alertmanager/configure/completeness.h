/// Whether settings, each good by itself, are good together.
#pragma once

#include "alertmanager/configure/settings.h"
#include "alertmanager/configure/settings_reader.h"

namespace seadragon::alerts {

/// What a mail needs and is not there, a line each: what it is and how it is set. Empty: mails can
/// be sent. What was given, but refused in `refused`, is not called missing.
Faults missing_for_mail(const Settings& settings, const Faults& refused = {});

/// What cannot be, whether mails are wanted or not: a certificate file that is not there, a
/// password that the spool cannot carry.
Faults contradictions(const Settings& settings);

}  // namespace seadragon::alerts
