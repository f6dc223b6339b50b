#include "alertmanager/configure/settings_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

#include "alertmanager/configure/values.h"
#include "lib/src/bucket_layouts.h"
#include "lib/src/comma_list.h"
#include "lib/src/in_quotes.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::in_quotes;
using monitoring::detail::split_list;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

void refuse_template(std::string_view text) {
  if (has_template(text)) refuse("must not hold {{, which Alertmanager would run as a template");
}

int parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) refuse("must be a port, 1 to 65535");
  return port;
}

std::string parse_url(std::string_view text) {
  refuse_template(text);
  if (!is_url(text)) refuse("must be an http:// or https:// URL");
  return std::string(text);
}

std::string parse_optional_url(std::string_view text) {
  return text.empty() ? std::string() : parse_url(text);
}

/// What an anchor is added to.
std::string parse_page(std::string_view text) {
  if (text.find('#') != std::string_view::npos) {
    refuse("must be a page without #: that of each alert is added");
  }
  return parse_optional_url(text);
}

/// Without the slashes at its end: what follows brings its own. It is shown and stands in files for
/// everybody, so it has no password.
std::string parse_base_url(std::string_view text) {
  std::string url = parse_url(text);
  if (url.find('@') != std::string::npos) throw SecretRefused("must be a URL without a login");
  if (url.find_first_of("?#") != std::string::npos) refuse("must be a URL without ? and #");
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// Whoever knows it can keep the switch quiet.
std::string parse_watchdog(std::string_view text) {
  try {
    return parse_optional_url(text);
  } catch (const std::invalid_argument& refusal) {
    throw SecretRefused(refusal.what());
  }
}

std::string parse_path(std::string_view text) {
  if (!is_path(text)) {
    refuse("must be an absolute path without blanks, quotes, commas, backslashes, $ and braces");
  }
  return std::string(text);
}

std::string parse_optional_path(std::string_view text) {
  return text.empty() ? std::string() : parse_path(text);
}

std::string parse_host(std::string_view text) {
  refuse_template(text);
  if (!is_host(text)) refuse("must be a host name or an IPv4 address");
  return std::string(text);
}

std::string parse_address(std::string_view text) {
  refuse_template(text);
  if (!is_address(text)) refuse("must be a plain address such as ops@example.org");
  return std::string(text);
}

std::string parse_login(std::string_view text) {
  refuse_template(text);
  if (!is_one_line(text)) refuse("must be one line without control characters");
  return std::string(text);
}

std::string parse_password(std::string_view text) {
  // {{ may be in it: it never gets where templates are run.
  if (!is_one_line(text)) throw SecretRefused("must be one line without control characters");
  return std::string(text);
}

std::string parse_user(std::string_view text) {
  const bool is_name = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!is_name) refuse("must be the name of a user of this machine");
  return std::string(text);
}

Settings::Spool::Program parse_spool(std::string_view text) {
  if (text == "none") return Settings::Spool::Program::none;
  if (text == "postfix") return Settings::Spool::Program::postfix;
  refuse("must be none or postfix");
}

std::string spool_text(const Settings& settings) {
  return settings.spool.program == Settings::Spool::Program::none ? "none" : "postfix";
}

constexpr Setting table[] = {
    {"smtp.server", "SMTP_SERVER",
     [](Settings& all, std::string_view text) { all.smtp.server = parse_host(text); },
     [](const Settings& all) { return all.smtp.server; }},
    {"smtp.port", "SMTP_PORT",
     [](Settings& all, std::string_view text) { all.smtp.port = parse_port(text); },
     [](const Settings& all) { return std::to_string(all.smtp.port); }},
    {"smtp.username", "SMTP_USERNAME",
     [](Settings& all, std::string_view text) { all.smtp.username = parse_login(text); },
     [](const Settings& all) { return all.smtp.username; }},
    {"smtp.password", "SMTP_PASSWORD",
     [](Settings& all, std::string_view text) { all.smtp.password = parse_password(text); },
     [](const Settings& all) { return all.smtp.password; }},
    {"smtp.password_file", "",
     [](Settings& all, std::string_view text) {
       all.smtp.password_file = parse_optional_path(text);
     },
     [](const Settings& all) { return all.smtp.password_file; }},
    {"smtp.from", "",
     [](Settings& all, std::string_view text) {
       all.smtp.from = text.empty() ? "" : parse_address(text);
     },
     [](const Settings& all) { return all.smtp.from; }},
    {"smtp.hello", "",
     [](Settings& all, std::string_view text) {
       all.smtp.hello = text.empty() ? "" : parse_host(text);
     },
     [](const Settings& all) { return all.smtp.hello; }},
    {"smtp.ca_file", "",
     [](Settings& all, std::string_view text) { all.smtp.ca_file = parse_optional_path(text); },
     [](const Settings& all) { return all.smtp.ca_file; }},
    {"spool.program", "",
     [](Settings& all, std::string_view text) { all.spool.program = parse_spool(text); },
     spool_text},
    {"spool.directory", "",
     [](Settings& all, std::string_view text) { all.spool.directory = parse_path(text); },
     [](const Settings& all) { return all.spool.directory; }},
    {"spool.port", "",
     [](Settings& all, std::string_view text) { all.spool.port = parse_port(text); },
     [](const Settings& all) { return std::to_string(all.spool.port); }},
    {"links.runbook", "",
     [](Settings& all, std::string_view text) { all.links.runbook = parse_page(text); },
     [](const Settings& all) { return all.links.runbook; }},
    {"links.dashboards", "",
     [](Settings& all, std::string_view text) {
       all.links.dashboards = text.empty() ? "" : parse_base_url(text);
     },
     [](const Settings& all) { return all.links.dashboards; }},
    {"watchdog.url", "",
     [](Settings& all, std::string_view text) { all.watchdog_url = parse_watchdog(text); },
     [](const Settings& all) { return all.watchdog_url; }},
    {"prometheus.url", "",
     [](Settings& all, std::string_view text) { all.prometheus.url = parse_base_url(text); },
     [](const Settings& all) { return all.prometheus.url; }},
    {"alertmanager.url", "",
     [](Settings& all, std::string_view text) { all.alertmanager.url = parse_base_url(text); },
     [](const Settings& all) { return all.alertmanager.url; }},
    {"alertmanager.user", "",
     [](Settings& all, std::string_view text) { all.alertmanager.user = parse_user(text); },
     [](const Settings& all) { return all.alertmanager.user; }},
};

}  // namespace

std::span<const Setting> settings_table() { return table; }

void add_recipient(Settings& settings, std::string_view address) {
  std::string recipient;
  try {
    recipient = parse_address(address);
  } catch (const std::invalid_argument& refusal) {
    refuse(refusal.what() + std::string(", not ") + in_quotes(address));
  }
  std::vector<std::string>& all = settings.recipients;
  if (std::ranges::find(all, recipient) == all.end()) all.push_back(recipient);
}

void assign_recipients(Settings& settings, std::string_view text) {
  settings.recipients.clear();
  for (const std::string& address : split_list(text)) {
    if (!address.empty()) add_recipient(settings, address);
  }
}

void assign_threshold(Settings& settings, const std::string& name, std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const bool is_number = error == std::errc() && stop == end && std::isfinite(number);
  if (!is_number || number <= 0) refuse("must be a number above 0");
  if (name.ends_with("_percent") && number >= 100) {
    refuse("must be below 100: a percentage can never be above it");
  }
  if (name == "first_token_seconds" &&
      !std::ranges::count(monitoring::first_token_seconds, number)) {
    refuse("must be a bucket of seadragon_generation_time_to_first_token_seconds");
  }
  settings.thresholds[name] = text;
}

}  // namespace seadragon::alerts
