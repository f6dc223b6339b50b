/// What is asked of the alerts: which mail server, who gets the mails, when.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace seadragon::alerts {

/// With the defaults that are in force when nothing is said; alertmanager/alerting.yml says what
/// each is for. Values are checked where they come in (settings_table.h), what they mean together
/// by completeness.h.
struct Settings {
  struct Smtp {
    std::string server = "smtp.gmail.com";
    int port = 587;
    std::string username;
    std::string password;       ///< Secret: for the 0600 files of this program and nothing else.
    std::string password_file;  ///< Empty: there is none.
    std::string from;           ///< Empty: the user name.
    std::string hello;          ///< Empty: what the sending program says by itself.
    std::string ca_file;        ///< Empty: the system's certificates.
    bool operator==(const Smtp&) const = default;
  };
  struct Spool {
    enum class Program { none, postfix };
    Program program = Program::none;
    std::string directory = "/var/spool/seadragon";
    int port = 10325;
    bool operator==(const Spool&) const = default;
  };
  struct Links {
    std::string runbook;  ///< Empty: the one on the page of dashboards in Prometheus.
    std::string
        dashboards;  ///< The base of a Grafana. Empty: the page of dashboards in Prometheus.
    bool operator==(const Links&) const = default;
  };
  struct Prometheus {
    std::string url = "http://127.0.0.1:9090";
    bool operator==(const Prometheus&) const = default;
  };
  struct Alertmanager {
    std::string url = "http://127.0.0.1:9093";
    std::string user = "prometheus";  ///< Whom it runs as; reads the password.
    bool operator==(const Alertmanager&) const = default;
  };

  Smtp smtp;
  std::vector<std::string> recipients;
  Spool spool;
  std::map<std::string, std::string> thresholds;  ///< By name, only those that are not as shipped.
  Links links;
  std::string watchdog_url;  ///< Empty: nobody is told that alerting works.
  Prometheus prometheus;
  Alertmanager alertmanager;

  /// What stands in From: of each mail.
  const std::string& sender() const { return smtp.from.empty() ? smtp.username : smtp.from; }

  /// Whether the connection to the mail server is encrypted from its first byte (RFC 8314, 3.3)
  /// rather than by STARTTLS. Unencrypted it never is.
  bool implicit_tls() const { return smtp.port == 465; }

  /// Whether there is all that a mail takes; without it alerts show on pages only.
  bool sends_mail() const {
    return !smtp.username.empty() && !smtp.password.empty() && !recipients.empty();
  }

  bool spools() const { return spool.program == Spool::Program::postfix && sends_mail(); }

  bool operator==(const Settings&) const = default;
};

}  // namespace seadragon::alerts
