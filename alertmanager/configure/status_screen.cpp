#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <tuple>
#include <utility>

#include "alertmanager/configure/discovery.h"
#include "alertmanager/configure/mail_ending.h"
#include "alertmanager/configure/status.h"
#include "alertmanager/configure/terminal_text.h"

namespace seadragon::alerts {
namespace {

using std::chrono::sys_seconds;

constexpr std::size_t width = 80;
constexpr std::size_t severity_width = 8, title_width = 24, instance_width = 14;
constexpr std::size_t rest_width = width - 2 - severity_width - title_width - instance_width - 6;

std::string cell(const std::string& text, std::size_t columns) {
  std::string fit = terminal_text(text, columns);
  return fit + std::string(columns - columns_of(fit), ' ');
}

std::string number_of(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f", value);
  return text.data();
}

/// "2d 3h", "4h 5m", "6m", "7s": as fine as anybody asks.
std::string span(std::chrono::seconds length) {
  const auto seconds = std::max<std::int64_t>(length.count(), 0);
  const auto days = seconds / 86400, hours = seconds / 3600 % 24, minutes = seconds / 60 % 60;
  if (days > 0) return std::to_string(days) + "d " + std::to_string(hours) + "h";
  if (hours > 0) return std::to_string(hours) + "h " + std::to_string(minutes) + "m";
  if (minutes > 0) return std::to_string(minutes) + "m";
  return std::to_string(seconds) + "s";
}

std::string written(sys_seconds time, const char* format) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

/// With its day where that is not today's.
std::string clock_of(sys_seconds time, sys_seconds now) {
  const std::string whole = written(time, "%04d-%02u-%02u %02d:%02d:%02d");
  const bool is_today = whole.substr(0, 10) == written(now, "%04d-%02u-%02u");
  return is_today ? whole.substr(11, 5) : whole.substr(5, 11);
}

std::string row(const Alert& alert, const std::string& rest) {
  std::string line = "  " + cell(alert.severity, severity_width) + "  " +
                     cell(alert.title, title_width) + "  " + cell(alert.instance, instance_width) +
                     "  " + terminal_text(rest, rest_width);
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string since(const Alert& alert, sys_seconds now) {
  return "since " + clock_of(alert.since, now) + " (" + span(now - alert.since) + ")";
}

int rank(const Alert& alert) {
  static constexpr std::array<std::string_view, 3> known = {"critical", "warning", "info"};
  return static_cast<int>(std::ranges::find(known, alert.severity) - known.begin());
}

bool comes_first(const Alert& one, const Alert& other) {
  if (rank(one) != rank(other)) return rank(one) < rank(other);
  if (one.since != other.since) return one.since < other.since;
  return std::tie(one.title, one.instance) < std::tie(other.title, other.instance);
}

/// It fires always, to show that it can.
bool is_for_nobody(const Alert& alert) { return alert.severity == "none"; }

class Screen {
 public:
  explicit Screen(sys_seconds now) : now_(now) {
    add("Alerting at " + written(now, "%04d-%02u-%02u %02d:%02d:%02d") + " UTC");
  }

  void add(const std::string& line) { text_ += line + '\n'; }

  /// So many rows at most, the last of which then says how many there are.
  void list(const std::string& name, const std::vector<std::string>& rows, std::size_t most) {
    add(name + (rows.empty() ? ": none" : " (" + std::to_string(rows.size()) + ")"));
    const std::size_t shown = rows.size() <= most ? rows.size() : most - 1;
    for (std::size_t i = 0; i < shown; ++i) add(rows[i]);
    if (shown < rows.size()) add("  ... and " + std::to_string(rows.size() - shown) + " more");
  }

  /// One line, whatever its length.
  void fail(const std::string& name, const std::string& failure) {
    add(name + ": " + terminal_text(failure));
    is_well_ = false;
  }

  void is_not_well() { is_well_ = false; }
  sys_seconds now() const { return now_; }
  StatusScreen done() && { return {.text = std::move(text_), .is_well = is_well_}; }

 private:
  const sys_seconds now_;
  std::string text_;
  bool is_well_ = true;
};

std::string quiet_because(const NotifiedAlert& alert, const AlertmanagerReading& reading,
                          sys_seconds now) {
  for (const std::string& id : alert.silenced_by) {
    const auto silence = std::ranges::find(reading.silences, id, &Silence::id);
    if (silence == reading.silences.end()) continue;
    return "until " + clock_of(silence->end, now) + " by " + silence->author +
           (silence->comment.empty() ? "" : ": " + silence->comment);
  }
  for (const std::string& fingerprint : alert.inhibited_by) {
    const auto other = std::ranges::find(reading.alerts, fingerprint, &NotifiedAlert::fingerprint);
    if (other != reading.alerts.end()) return "while " + other->alert.title + " fires";
  }
  return alert.silenced_by.empty() ? "inhibited" : "silenced";
}

void add_alerts(const AlertmanagerReading& reading, Screen& screen) {
  std::vector<NotifiedAlert> sorted = reading.alerts;
  std::erase_if(sorted, [](const NotifiedAlert& alert) { return is_for_nobody(alert.alert); });
  std::ranges::sort(sorted, comes_first, &NotifiedAlert::alert);
  std::vector<std::string> firing, quiet;
  for (const NotifiedAlert& notified : sorted) {
    const bool is_quiet = !notified.silenced_by.empty() || !notified.inhibited_by.empty();
    if (is_quiet) {
      quiet.push_back(row(notified.alert, quiet_because(notified, reading, screen.now())));
    } else {
      firing.push_back(row(notified.alert, since(notified.alert, screen.now())));
    }
  }
  if (!firing.empty()) screen.is_not_well();
  screen.list("Fires", firing, 7);
  screen.list("Silenced or inhibited", quiet, 3);
  const auto idle = std::ranges::count_if(reading.silences, [&](const Silence& silence) {
    return silence.is_active && std::ranges::none_of(sorted, [&](const NotifiedAlert& alert) {
             return std::ranges::count(alert.silenced_by, silence.id) > 0;
           });
  });
  if (idle > 0) screen.add("  " + std::to_string(idle) + " more in force, over nothing that fires");
}

void add_pending(std::vector<Alert> pending, Screen& screen) {
  std::erase_if(pending, is_for_nobody);
  std::ranges::sort(pending, comes_first);
  std::vector<std::string> rows;
  for (const Alert& alert : pending) rows.push_back(row(alert, since(alert, screen.now())));
  screen.list("Pending", rows, 2);
}

/// What the server said, where it said something: Postfix puts some 70 letters before that.
std::string short_reason(const std::string& reason) {
  const MailEnding ending = ending_of_postfix(reason);
  if (ending.cause != Cause::refused) return reason;
  return "refused at " + std::string(step_name(ending.step)) + ": " + ending.words;
}

void add_spool(const spool::Spool& spool, Screen& screen) {
  if (!spool.is_up()) screen.fail("Spool", "down: " + spool.why_down + "; start it");
  std::vector<std::string> rows;
  std::vector<spool::WaitingMail> mails = spool.mails;
  std::ranges::sort(mails, {}, &spool::WaitingMail::arrived);
  for (const spool::WaitingMail& mail : mails) {
    for (const spool::Recipient& recipient : mail.recipients) {
      if (!recipient.reason.empty()) screen.is_not_well();
      rows.push_back(terminal_text(
          "  " + span(screen.now() - mail.arrived) + "  " + recipient.address + ": " +
              (recipient.reason.empty() ? "not tried" : short_reason(recipient.reason)),
          width));
    }
  }
  screen.list("Waits in the spool", rows, 3);
}

/// What has to be 1.
std::string reload_of(std::optional<double> reloaded, Screen& screen) {
  if (reloaded == 1.0) return "last reload good";
  screen.is_not_well();
  return reloaded ? "LAST RELOAD FAILED, see its log" : "does not say how its last reload went";
}

void add_chain(const AlertmanagerReading& alertmanager, Screen& screen) {
  std::string mails = "does not say whether mails failed";
  if (alertmanager.failed_mails && alertmanager.failed_tries) {
    mails = "mail so far: " + number_of(*alertmanager.failed_mails) + " given up, " +
            number_of(*alertmanager.failed_tries) + " tries failed";
  }
  screen.add("Alertmanager: " + reload_of(alertmanager.reloaded, screen) + "; " + mails);
}

/// With a clock of its own, on another machine, it may be a little ahead.
bool looks_for_targets(const PrometheusReading& prometheus, sys_seconds now) {
  constexpr double longest = std::chrono::duration<double>(longest_discovery).count();
  const auto seconds = static_cast<double>(now.time_since_epoch().count());
  return prometheus.file_taken && std::abs(seconds - *prometheus.file_taken) < longest;
}

std::string receivers_of(const PrometheusReading& prometheus, Screen& screen) {
  const double receivers = prometheus.alertmanagers.value_or(0);
  if (receivers > 0) {
    return "sends to " + number_of(receivers) + " Alertmanager" + (receivers > 1 ? "s" : "");
  }
  screen.is_not_well();
  if (looks_for_targets(prometheus, screen.now())) {
    return "looks for Alertmanagers still, ask again in 10 s";
  }
  return "SENDS TO NO ALERTMANAGER (`alerting:` in its file)";
}

void add_chain(const PrometheusReading& prometheus, Screen& screen) {
  screen.add("Prometheus: " + reload_of(prometheus.reloaded, screen) + "; " +
             receivers_of(prometheus, screen));
}

}  // namespace

StatusScreen status_screen(const StatusReading& reading, sys_seconds now) {
  Screen screen(now);
  if (reading.alertmanager.value) {
    add_alerts(*reading.alertmanager.value, screen);
  } else {
    screen.add("Fires: cannot be told without Alertmanager");
  }
  if (reading.prometheus.value) {
    add_pending(reading.prometheus.value->pending, screen);
  } else {
    screen.add("Pending: cannot be told without Prometheus");
  }
  if (reading.spool && reading.spool->value) add_spool(*reading.spool->value, screen);
  if (reading.spool && !reading.spool->value) screen.fail("Spool", reading.spool->failure);
  if (reading.alertmanager.value) {
    add_chain(*reading.alertmanager.value, screen);
  } else {
    screen.fail("Alertmanager", reading.alertmanager.failure);
  }
  if (reading.prometheus.value) {
    add_chain(*reading.prometheus.value, screen);
  } else {
    screen.fail("Prometheus", reading.prometheus.failure);
  }
  return std::move(screen).done();
}

}  // namespace seadragon::alerts
