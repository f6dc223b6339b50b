#include <stdexcept>
#include <utility>

#include "alertmanager/configure/discovery.h"
#include "alertmanager/configure/status.h"
#include "alertmanager/configure/web_request.h"

namespace seadragon::alerts {
namespace {

/// It runs, but has not read its log of samples yet, say.
struct NotReady : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string asked(const std::string& url, std::chrono::milliseconds timeout) {
  const WebAnswer answer = get(url, timeout);
  if (answer.status == 200) return answer.body;
  if (answer.status == 503) throw NotReady(url + ": not ready yet, ask again in 10 s");
  throw std::runtime_error(url + ": answered with status " + std::to_string(answer.status));
}

template <class Value>
Value parsed(std::optional<Value> (*parse)(std::string_view), const std::string& url,
             std::chrono::milliseconds timeout) {
  auto value = parse(asked(url, timeout));
  if (!value) throw std::runtime_error(url + ": the answer is not what it should be");
  return *std::move(value);
}

AlertmanagerReading read_alertmanager(const std::string& url, std::chrono::milliseconds timeout) {
  const std::string page = asked(url + "/metrics", timeout);
  return {.alerts = parsed(parse_notified_alerts, url + "/api/v2/alerts", timeout),
          .silences = parsed(parse_silences, url + "/api/v2/silences", timeout),
          .reloaded = series_value(page, "alertmanager_config_last_reload_successful"),
          .failed_mails =
              series_value(page, R"(alertmanager_notifications_failed_total{integration="email"})"),
          .failed_tries = series_value(
              page, R"(alertmanager_notification_requests_failed_total{integration="email"})")};
}

PrometheusReading read_prometheus(const std::string& url, std::chrono::milliseconds timeout) {
  // It answers this one when it has taken its file, and shows metrics before.
  auto pending = parsed(parse_pending_alerts, url + "/api/v1/alerts", timeout);
  const std::string page = asked(url + "/metrics", timeout);
  return {
      .pending = std::move(pending),
      .reloaded = series_value(page, "prometheus_config_last_reload_successful"),
      .alertmanagers = series_value(page, found_alertmanagers),
      .file_taken = series_value(page, "prometheus_config_last_reload_success_timestamp_seconds")};
}

template <class Read>
auto reading_of(const Read& read, const std::string& what_to_do) -> Reading<decltype(read())> {
  try {
    return {.value = read()};
  } catch (const NotReady& error) {
    return {.failure = error.what()};
  } catch (const std::runtime_error& error) {
    return {.failure = std::string(error.what()) + "; " + what_to_do};
  }
}

}  // namespace

StatusReading read_status(const StatusSources& sources) {
  StatusReading reading{
      .alertmanager = reading_of(
          [&] { return read_alertmanager(sources.alertmanager_url, sources.timeout); },
          "start it (systemctl status prometheus-alertmanager) or correct alertmanager.url"),
      .prometheus =
          reading_of([&] { return read_prometheus(sources.prometheus_url, sources.timeout); },
                     "start it (systemctl status prometheus) or correct prometheus.url")};
  if (sources.spool_queue) {
    reading.spool = reading_of(
        [&] {
          return spool::read_spool(*sources.spool_queue,
                                   std::chrono::steady_clock::now() + sources.timeout);
        },
        "ask as root");
  }
  return reading;
}

}  // namespace seadragon::alerts
