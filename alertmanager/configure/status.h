/// Alerting on one screen: what fires, what is kept quiet, what waits, and whether the chain is
/// whole.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alertmanager/configure/alert_answers.h"
#include "alertmanager/spool/spool.h"

namespace seadragon::alerts {

/// What a source has said, or why that is not known: one line with what to do about it.
template <class Value>
struct Reading {
  std::optional<Value> value = {};
  std::string failure = {};
};

struct AlertmanagerReading {
  std::vector<NotifiedAlert> alerts;
  std::vector<Silence> silences;
  std::optional<double> reloaded;      ///< 1: its last reload was good. All three since its start.
  std::optional<double> failed_mails;  ///< Given up. Those refused after DATA it does not count.
  std::optional<double> failed_tries;
};

struct PrometheusReading {
  std::vector<Alert> pending;
  std::optional<double> reloaded;
  std::optional<double> alertmanagers;  ///< How many it sends to.
  std::optional<double> file_taken;     ///< When, in seconds since 1970.
};

struct StatusReading {
  Reading<AlertmanagerReading> alertmanager;
  Reading<PrometheusReading> prometheus;
  std::optional<Reading<spool::Spool>> spool = {};  ///< nullopt: Alertmanager sends without one.
};

struct StatusSources {
  std::string alertmanager_url;
  std::string prometheus_url;
  std::optional<std::filesystem::path> spool_queue = {};        ///< Postfix' queue_directory.
  std::chrono::milliseconds timeout = std::chrono::seconds(5);  ///< Of each question.
};

/// Never throws for what a source does.
StatusReading read_status(const StatusSources& sources);

struct StatusScreen {
  std::string text;  ///< At most 80 columns but for failures, 24 lines; nothing a terminal obeys.
  /// Nothing fires that is not silenced, inhibited or of severity "none"; no mail waits that was
  /// tried; the chain is whole; and all of that could be told.
  bool is_well;
};

/// Times are UTC.
StatusScreen status_screen(const StatusReading& reading, std::chrono::sys_seconds now);

}  // namespace seadragon::alerts
