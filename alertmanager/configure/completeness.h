/// Whether settings, each good by itself, are good together.
#pragma once

#include "alertmanager/configure/settings.h"
#include "alertmanager/configure/settings_reader.h"

namespace seadragon::alerts {

/// What a mail needs and is not there, a line each: what it is and how it is set. Empty: mails can
/// be sent. What may have been given in what was refused, by its key or with its whole section, is
/// not called missing.
Faults missing_for_mail(const Settings& settings, const Faults& refused = {});

/// What cannot be, whether mails are wanted or not: a certificate file that is not there, a
/// password that the spool cannot carry. What was refused may have cured it, and is not told again.
Faults contradictions(const Settings& settings, const Faults& refused = {});

}  // namespace seadragon::alerts
