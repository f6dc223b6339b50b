#include "alertmanager/configure/reload.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

namespace seadragon::alerts {
namespace {

using Result = Reload::Result;
using std::chrono::milliseconds;
using testing::HasSubstr;

/// What Alertmanager and Prometheus answer, as far as it is asked for.
class FakeProgram {
 public:
  FakeProgram() {
    server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(page, "text/plain");
    });
    server_.Post("/-/reload", [this](const httplib::Request&, httplib::Response& answer) {
      ++reloads;
      answer.status = status;
      answer.set_content(body, "text/plain");
    });
    server_.Get("/api/v1/rules", [this](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(rules, "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~FakeProgram() {
    server_.stop();
    thread_.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::string page, body, rules;
  int status = 200;
  std::atomic<int> reloads = 0;

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

Reload alertmanager(const std::string& url) {
  // The MD5 of the text begins with 06 2d 36 95 71 17.
  return reload_alertmanager({.url = url, .user = ""}, "/srv/alerting", "route: {}\n");
}

Reload prometheus(const std::string& url, milliseconds patience = milliseconds(0)) {
  Settings settings;
  settings.prometheus.url = url;
  return reload_prometheus(settings, "/srv/alerting", patience);
}

const std::string taken_by_prometheus = "prometheus_config_last_reload_successful 1\n";
const std::string sends = "prometheus_notifications_alertmanagers_discovered 1\n";
const std::string sends_nowhere = "prometheus_notifications_alertmanagers_discovered 0\n";
const std::string views_and_rules = R"({"data":{"groups":[{"file":"/other/a.yml"},
    {"file":"/srv/alerting/rules/host.yml"}, {"file":"/srv/alerting/views/host.yml"}]}})";

const std::string needed_lines =
    "its prometheus.yml needs\n"
    "  rule_files: [/srv/alerting/views/*.yml, /srv/alerting/rules/*.yml]\n"
    "  alerting: {alertmanagers: [{static_configs: [{targets: [127.0.0.1:9093]}]}]}";

const std::string good_alertmanager =
    "# HELP alertmanager_config_hash x\n"
    "alertmanager_config_hash HASH\n"
    "alertmanager_config_last_reload_successful 1\n";

TEST(ReloadTest, TellsThatNothingRunsAndHowToStartIt) {
  std::string url;
  {
    const FakeProgram gone;
    url = gone.url();
  }
  EXPECT_EQ(alertmanager(url).result, Result::not_running);
  EXPECT_THAT(alertmanager(url).told, HasSubstr("--config.file=/srv/alerting/alertmanager.yml"));
  EXPECT_EQ(prometheus(url).result, Result::not_running);
}

TEST(ReloadTest, IsTakenWhenAlertmanagerServesTheHashOfTheFile) {
  FakeProgram program;
  program.page = good_alertmanager;
  program.page.replace(program.page.find("HASH"), 4, "2.577660209895e+13");
  const Reload reload = alertmanager(program.url());
  EXPECT_EQ(reload.result, Result::taken) << reload.told;
  EXPECT_EQ(program.reloads, 1);
}

TEST(ReloadTest, IsElsewhereWhenAlertmanagerServesAnotherHash) {
  FakeProgram program;
  program.page = good_alertmanager;
  program.page.replace(program.page.find("HASH"), 4, "1");
  EXPECT_EQ(alertmanager(program.url()).result, Result::elsewhere);
}

TEST(ReloadTest, HasFailedWhenTheProgramSaysSo) {
  FakeProgram program;
  program.status = 500;
  program.body = "failed to reload config: yaml: line 3\n";
  const Reload reload = alertmanager(program.url());
  EXPECT_EQ(reload.result, Result::failed);
  EXPECT_THAT(reload.told, testing::EndsWith("yaml: line 3"));
}

TEST(ReloadTest, HasFailedWhenTheMetricSaysSoWhateverTheAnswer) {
  FakeProgram program;
  program.page = "alertmanager_config_last_reload_successful 0\n";
  EXPECT_EQ(alertmanager(program.url()).result, Result::failed);
  program.page = "";
  EXPECT_EQ(alertmanager(program.url()).result, Result::failed);
  program.page = "prometheus_config_last_reload_successful 0\n";
  EXPECT_EQ(prometheus(program.url()).result, Result::failed);
}

TEST(ReloadTest, IsNotAllowedWhereTheProgramForbidsIt) {
  FakeProgram program;
  program.status = 403;
  const Reload reload = prometheus(program.url());
  EXPECT_EQ(reload.result, Result::not_allowed);
  EXPECT_THAT(reload.told, HasSubstr("--web.enable-lifecycle"));
}

TEST(ReloadTest, IsTakenWhenPrometheusReadsViewsAndRulesAndSendsToAnAlertmanager) {
  FakeProgram program;
  program.page = taken_by_prometheus + sends;
  program.rules = views_and_rules;
  EXPECT_EQ(prometheus(program.url()).result, Result::taken);
}

TEST(ReloadTest, IsElsewhereWhenPrometheusReadsViewsOrRulesAlone) {
  FakeProgram program;
  program.page = taken_by_prometheus + sends;
  for (const std::string read : {"rules", "views"}) {
    const std::string unread = read == "rules" ? "views" : "rules";
    program.rules = R"({"data":{"groups":[{"file":"/srv/alerting/)" + read + R"(/host.yml"}]}})";
    const Reload reload = prometheus(program.url());
    EXPECT_EQ(reload.result, Result::elsewhere);
    EXPECT_THAT(reload.told, HasSubstr("does not read /srv/alerting/" + unread + "/*.yml: "));
    EXPECT_THAT(reload.told, testing::EndsWith(needed_lines));
  }
}

TEST(ReloadTest, IsElsewhereWhenPrometheusSendsToNoAlertmanager) {
  FakeProgram program;
  program.rules = views_and_rules;
  for (const std::string& sending : {std::string(), sends_nowhere}) {
    program.page = taken_by_prometheus + sending;
    const Reload reload = prometheus(program.url());
    EXPECT_EQ(reload.result, Result::elsewhere);
    EXPECT_THAT(reload.told, HasSubstr("sends to no Alertmanager: "));
    EXPECT_THAT(reload.told, testing::EndsWith(needed_lines));
  }
}

TEST(ReloadTest, IsElsewhereWhenPrometheusReadsOtherRules) {
  FakeProgram program;
  program.page = taken_by_prometheus + sends;
  for (const char* rules : {"", "[]", "{}", "no json", R"({"data":[]})", R"({"data":{"groups":7}})",
                            R"({"data":{"groups":[7,{"file":7},{}]}})",
                            R"({"data":{"groups":[{"file":"/other/a"}]}})"}) {
    program.rules = rules;
    EXPECT_EQ(prometheus(program.url()).result, Result::elsewhere) << rules;
  }
}

}  // namespace
}  // namespace seadragon::alerts
