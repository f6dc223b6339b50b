#include "alertmanager/configure/completeness.h"

#include <algorithm>
#include <exception>
#include <string_view>

#include "alertmanager/configure/values.h"
#include "lib/src/in_quotes.h"
#include "lib/src/read_file.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::in_quotes;

constexpr std::string_view blanks = " \t";

/// postmap(1) and Postfix's SASL_README: a line `host user:password`, of which blanks around the
/// value are lost and the first colon ends the user name.
void check_login_of_spool(const Settings& settings, Faults& faults) {
  const std::string& user = settings.smtp.username;
  const std::string& password = settings.smtp.password;
  if (user.find(':') != std::string::npos) {
    faults.push_back(
        "smtp.username " + in_quotes(user) +
        " has a colon, which a Postfix spool would take for its end: set spool to none");
  }
  if (!user.empty() && blanks.find(user.front()) != std::string_view::npos) {
    faults.push_back("smtp.username " + in_quotes(user) +
                     " begins with a blank, which a Postfix spool would lose: remove it");
  }
  if (!password.empty() && blanks.find(password.back()) != std::string_view::npos) {
    faults.emplace_back(
        "the password ends with a blank, which a Postfix spool would lose: set spool to none or "
        "change the password");
  }
}

void check_addresses_of_spool(const Settings& settings, Faults& faults) {
  std::vector<std::string> addresses = settings.recipients;
  addresses.push_back(settings.sender());
  for (const std::string& address : addresses) {
    if (address.find('=') == std::string::npos) continue;
    faults.push_back(in_quotes(address) +
                     " has a =, which a Postfix spool cannot look up: set spool to none or use "
                     "another address");
  }
}

void check_place_of_spool(const Settings& settings, Faults& faults) {
  const std::string directory = settings.spool.directory + '/';
  for (const std::string_view taken : {"/var/spool/postfix/", "/etc/", "/usr/"}) {
    if (!directory.starts_with(taken)) continue;
    faults.push_back("spool.directory " + settings.spool.directory +
                     " is not for this spool: choose one of its own, /var/spool/seadragon say");
  }
}

}  // namespace

Faults missing_for_mail(const Settings& settings, const Faults& refused) {
  struct Need {
    bool is_met;
    std::string_view variable, key, missing;
  };
  const Need needs[] = {
      {!settings.smtp.username.empty(), "SMTP_USERNAME", "smtp.username",
       "the user name is missing: set SMTP_USERNAME or smtp.username"},
      {!settings.smtp.password.empty(), "SMTP_PASSWORD", "smtp.password",
       "the password is missing: set SMTP_PASSWORD, smtp.password or smtp.password_file"},
      {!settings.recipients.empty(), "ALERT_RECIPIENTS", "recipients",
       "nobody would get the mails: set ALERT_RECIPIENTS or recipients"},
  };
  Faults faults;
  for (const Need& need : needs) {
    const bool was_refused = std::ranges::any_of(refused, [&](const std::string& fault) {
      return fault.find(need.variable) != std::string::npos ||
             fault.find(need.key) != std::string::npos;
    });
    if (!need.is_met && !was_refused) faults.emplace_back(need.missing);
  }
  return faults;
}

Faults contradictions(const Settings& settings) {
  Faults faults;
  if (!settings.smtp.username.empty() && !is_address(settings.sender())) {
    faults.push_back("the user name " + in_quotes(settings.smtp.username) +
                     " is no address that mails could come from: set smtp.from");
  }
  if (!settings.smtp.ca_file.empty()) {
    try {
      monitoring::detail::read_file(settings.smtp.ca_file);
    } catch (const std::exception& failure) {
      faults.push_back("smtp.ca_file " + std::string(failure.what()));
    }
  }
  if (settings.spool.program == Settings::Spool::Program::none) return faults;
  check_login_of_spool(settings, faults);
  check_addresses_of_spool(settings, faults);
  check_place_of_spool(settings, faults);
  return faults;
}

}  // namespace seadragon::alerts
