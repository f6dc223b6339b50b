#include "alertmanager/configure/routes_text.h"

#include <stdexcept>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "alertmanager/configure/shipped_files.h"

namespace seadragon::alerts {
namespace {

constexpr const char* head =
    "# Written by `seadragon-alerts configure`, which overwrites it: change alerting.yml, then run "
    "it again.\n";

/// In quotes, whatever is in it.
YAML::Node quoted(const std::string& text) {
  YAML::Node node(text);
  node.SetTag("!");
  return node;
}

/// Writes every value where it stands, without anchors; what had quotes keeps them.
void write(YAML::Emitter& out, const YAML::Node& node) {
  if (node.IsMap()) {
    out << YAML::BeginMap;
    for (const auto& entry : node) {
      out << YAML::Key << entry.first.Scalar() << YAML::Value;
      write(out, entry.second);
    }
    out << YAML::EndMap;
  } else if (node.IsSequence()) {
    out << YAML::BeginSeq;
    for (const auto& item : node) write(out, item);
    out << YAML::EndSeq;
  } else if (node.IsNull()) {
    out << YAML::Null;
  } else if (node.Tag() == "!") {
    out << YAML::DoubleQuoted << node.Scalar();
  } else {
    out << node.Scalar();
  }
}

YAML::Node receiver_of_mails(const YAML::Node& document) {
  for (const auto& receiver : document["receivers"]) {
    if (receiver["email_configs"]) return receiver;
  }
  throw std::logic_error("the shipped alertmanager.yml has no receiver of mails");
}

YAML::Node global_of(const Settings& settings, const std::string& password_file) {
  YAML::Node global;
  global["smtp_from"] = quoted(settings.sender());
  if (settings.spools()) {
    global["smtp_smarthost"] = "127.0.0.1:" + std::to_string(settings.spool.port);
    global["smtp_require_tls"] = "false";
    return global;
  }
  const Settings::Smtp& smtp = settings.smtp;
  global["smtp_smarthost"] = quoted(smtp.server + ':' + std::to_string(smtp.port));
  if (!smtp.hello.empty()) global["smtp_hello"] = quoted(smtp.hello);
  global["smtp_auth_username"] = quoted(smtp.username);
  global["smtp_auth_password_file"] = quoted(password_file);
  global["smtp_require_tls"] = settings.implicit_tls() ? "false" : "true";
  return global;
}

/// One entry per recipient, as the shipped first one: in a common entry a single refused address
/// keeps the mail from all.
YAML::Node email_configs(const YAML::Node& shipped, const Settings& settings) {
  YAML::Node configs(YAML::NodeType::Sequence);
  for (const std::string& recipient : settings.recipients) {
    YAML::Node config = YAML::Clone(shipped);
    config["to"] = quoted(recipient);
    if (!settings.smtp.ca_file.empty() && !settings.spools()) {
      config["tls_config"]["ca_file"] = quoted(settings.smtp.ca_file);
    }
    configs.push_back(config);
  }
  return configs;
}

/// What is never to be silent goes to the dead man's switch, each minute.
///
/// Alertmanager looks each group_interval whether repeat_interval has passed since a call ended.
/// With a minute for both it had not, by the time the call took, and every second call was missing:
/// so it looks three times a minute, and calls the third time, also when a call took some seconds.
void add_watchdog(YAML::Node& document, const Settings& settings) {
  YAML::Node receiver;
  receiver["name"] = "watchdog";
  YAML::Node webhook;
  webhook["url"] = quoted(settings.watchdog_url);
  webhook["send_resolved"] = "false";
  receiver["webhook_configs"].push_back(webhook);
  document["receivers"].push_back(receiver);

  YAML::Node route;
  route["receiver"] = "watchdog";
  route["matchers"].push_back(quoted(R"(severity="none")"));
  route["group_wait"] = "0s";
  route["group_interval"] = "20s";
  route["repeat_interval"] = "50s";
  YAML::Node routes;
  routes.push_back(route);
  for (const auto& shipped : document["route"]["routes"]) routes.push_back(shipped);
  document["route"]["routes"] = routes;
}

}  // namespace

std::string routes_text(const Settings& settings, const std::string& password_file) {
  YAML::Node document = YAML::Load(std::string(shipped_file("alertmanager.yml")));
  YAML::Node mails = receiver_of_mails(document);
  if (settings.sends_mail()) {
    document["global"] = global_of(settings, password_file);
    mails["email_configs"] = email_configs(mails["email_configs"][0], settings);
  } else {
    document.remove("global");
    mails.remove("email_configs");
  }
  if (!settings.watchdog_url.empty()) add_watchdog(document, settings);

  YAML::Emitter out;
  write(out, document);
  if (!out.good()) throw std::logic_error("alertmanager.yml: " + out.GetLastError());
  return std::string(head) + out.c_str() + '\n';
}

}  // namespace seadragon::alerts
