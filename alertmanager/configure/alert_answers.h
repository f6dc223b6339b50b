/// Takes apart what Alertmanager and Prometheus answer about alerts: whole or nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::alerts {

struct Alert {
  std::string severity;  ///< Empty: it has none.
  std::string title;     ///< The annotation `title`, or else the alert's name.
  std::string instance;  ///< Empty: it is about none.
  std::chrono::sys_seconds since;

  bool operator==(const Alert&) const = default;
};

struct NotifiedAlert {
  Alert alert;
  std::string fingerprint;
  std::vector<std::string> silenced_by;   ///< Identifiers of silences.
  std::vector<std::string> inhibited_by;  ///< Fingerprints of alerts.
};

struct Silence {
  std::string id;
  std::string author;
  std::string comment;
  std::chrono::sys_seconds end;
  bool is_active;  ///< Neither over nor yet to come.
};

/// GET /api/v2/alerts of Alertmanager; api/v2/openapi.yaml of Alertmanager 0.25.
std::optional<std::vector<NotifiedAlert>> parse_notified_alerts(std::string_view body);

/// GET /api/v2/silences of Alertmanager; the same.
std::optional<std::vector<Silence>> parse_silences(std::string_view body);

/// GET /api/v1/alerts of Prometheus: those that are pending. docs/querying/api.md of
/// Prometheus 2.42.
std::optional<std::vector<Alert>> parse_pending_alerts(std::string_view body);

/// RFC 3339; a fraction of a second is dropped.
std::optional<std::chrono::sys_seconds> parse_time(std::string_view text);

/// The value of the one series that is written so, labels included: `up{job="x"}`. nullopt where a
/// page in the text format has none, or not a number.
std::optional<double> series_value(std::string_view page, std::string_view series);

}  // namespace seadragon::alerts
