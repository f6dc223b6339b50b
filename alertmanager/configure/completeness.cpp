#include "alertmanager/configure/completeness.h"

#include <algorithm>
#include <exception>
#include <string_view>
#include <vector>

#include "alertmanager/configure/values.h"
#include "lib/src/in_quotes.h"
#include "lib/src/read_file.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::in_quotes;

constexpr std::string_view blanks = " \t";
constexpr std::string_view letters_of_keys = "abcdefghijklmnopqrstuvwxyz_./";

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

/// Whether a fault has the word, as a key is written: `smtp` is not in `smtp.port must be a port`,
/// nor in a path.
bool names(std::string_view fault, std::string_view word) {
  for (std::size_t at = fault.find(word); at != fault.npos; at = fault.find(word, at + 1)) {
    const std::string_view behind = fault.substr(at + word.size(), 1);
    const bool begins = at == 0 || fault[at - 1] == ' ' || fault[at - 1] == '"';
    const bool ends = behind.find_first_of(letters_of_keys) == behind.npos;
    if (begins && ends) return true;
  }
  return false;
}

bool names_any(const Faults& faults, const std::vector<std::string_view>& words) {
  return std::ranges::any_of(faults, [&](const std::string& fault) {
    return std::ranges::any_of(words, [&](std::string_view word) { return names(fault, word); });
  });
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
    std::vector<std::string_view> names;
    std::string_view missing;
  };
  const Need needs[] = {
      {!settings.smtp.username.empty(),
       {"SMTP_USERNAME", "smtp.username", "smtp"},
       "the user name is missing: set SMTP_USERNAME or smtp.username"},
      {!settings.smtp.password.empty(),
       {"SMTP_PASSWORD", "smtp.password", "smtp.password_file", "smtp"},
       "the password is missing: set SMTP_PASSWORD, smtp.password or smtp.password_file"},
      {!settings.recipients.empty(),
       {"ALERT_RECIPIENTS", "recipients"},
       "nobody would get the mails: set ALERT_RECIPIENTS or recipients"},
  };
  Faults faults;
  for (const Need& need : needs) {
    if (!need.is_met && !names_any(refused, need.names)) faults.emplace_back(need.missing);
  }
  return faults;
}

Faults contradictions(const Settings& settings, const Faults& refused) {
  Faults faults;
  if (!settings.smtp.username.empty() && !is_address(settings.sender()) &&
      !names_any(refused, {"smtp.from", "smtp"})) {
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
