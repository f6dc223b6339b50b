#include "exporter/config.h"

#include <set>
#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/settings.h"
#include "lib/src/read_file.h"
#include "lib/src/strict_yaml.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::assign_text;
using monitoring::detail::YamlValue;

Selector read_selector(const YamlValue& value) {
  const auto selector = parse_selector(value.text());
  if (!selector) value.refuse("must be a metric, as in waiting or requests{state=\"waiting\"}");
  return *selector;
}

void read_quantity(const YamlValue& value, Quantity& quantity) {
  if (value.is_text()) {
    quantity.from = {read_selector(value)};
  } else {
    for (const YamlValue& item : value.items()) quantity.from.push_back(read_selector(item));
  }
  if (quantity.from.empty()) value.fail(value.path() + " must be a metric or a list of them");
}

/// A mapping of one's own, in place of a preset.
Preset read_metrics(const YamlValue& mapping) {
  Preset preset{.name = "metrics",
                .queue_length = {},
                .active_requests = {},
                .kv_cache_usage = {.from = {}, .together = Quantity::Together::mean},
                .prompt_tokens = {},
                .completion_tokens = {}};
  const auto into = [](Quantity& quantity) {
    return [&quantity](const YamlValue& value) { read_quantity(value, quantity); };
  };
  mapping.read({{"queue_length", into(preset.queue_length)},
                {"active_requests", into(preset.active_requests)},
                {"kv_cache_usage", into(preset.kv_cache_usage)},
                {"prompt_tokens", into(preset.prompt_tokens)},
                {"completion_tokens", into(preset.completion_tokens)}});
  if (preset.queue_length.from.empty()) mapping.fail(mapping.path() + " must name queue_length");
  return preset;
}

/// The keys of one server whose settings begin with `prefix`.
YamlValue::Readers server_readers(Config::Server& server, std::string_view prefix) {
  YamlValue::Readers readers;
  for (const ServerSetting& setting : server_settings()) {
    if (!setting.key.starts_with(prefix)) continue;
    const std::string_view key = setting.key.substr(prefix.size());
    if (key.find('.') != std::string_view::npos) continue;
    readers.emplace(key, [&server, assign = setting.assign](const YamlValue& value) {
      assign_text(value, [&](std::string_view text) { assign(server, text); });
    });
  }
  return readers;
}

YamlValue::Readers page_readers(Config::Server& server) {
  YamlValue::Readers readers = server_readers(server, "");
  readers.emplace("metrics",
                  [&server](const YamlValue& value) { server.preset = read_metrics(value); });
  return readers;
}

void refuse_preset_beside_metrics(const YamlValue& section) {
  std::set<std::string> keys;
  for (const auto& [key, value] : section.entries()) keys.insert(key.text());
  if (keys.contains("preset") && keys.contains("metrics")) {
    section.fail(section.path() + " has both a preset and metrics of its own");
  }
}

std::vector<Config::Server> read_servers(const YamlValue& list) {
  std::set<std::string> names;
  std::vector<Config::Server> servers;
  for (const YamlValue& item : list.items()) {
    Config one;
    one.server = {};
    YamlValue::Readers readers = page_readers(one.server);
    readers.emplace("process", [&](const YamlValue& value) {
      value.read(server_readers(one.server, "process."));
    });
    item.read(readers);
    refuse_preset_beside_metrics(item);
    const std::vector<Config::Server> watched = one.watched();
    if (watched.empty()) item.fail("one of servers has neither a url nor a process");
    if (!names.insert(watched.front().name).second) {
      item.fail("two of servers are called " + watched.front().name + "; give each a name");
    }
    servers.push_back(one.server);
  }
  return servers;
}

class Reader {
 public:
  Config read(const YamlValue& document) {
    YamlValue::Readers sections = settings_of_sections();
    add_server_sections(sections);
    document.read(sections);
    if (!config_.servers.empty() && single_server_given_) {
      document.fail("servers stands in place of server and process; give one or the other");
    }
    return std::move(config_);
  }

 private:
  YamlValue::Readers settings_of_sections() {
    std::map<std::string, YamlValue::Readers> sections;
    for (const Setting& setting : settings()) {
      const std::size_t dot = setting.key.find('.');
      sections[std::string(setting.key.substr(0, dot))].emplace(
          setting.key.substr(dot + 1), [this, &setting](const YamlValue& value) {
            assign_text(value, [&](std::string_view text) { setting.assign(config_, text); });
          });
    }
    for (const std::string_view name : collector_names()) {
      sections["collectors"].emplace(name, [this, name](const YamlValue& value) {
        assign_text(value, [&](std::string_view text) { assign_collector(config_, name, text); });
      });
    }
    YamlValue::Readers readers;
    for (auto& [name, keys] : sections) {
      readers.emplace(name, [keys = std::move(keys)](const YamlValue& value) { value.read(keys); });
    }
    return readers;
  }

  void add_server_sections(YamlValue::Readers& sections) {
    sections["server"] = [this](const YamlValue& value) {
      single_server_given_ = true;
      value.read(page_readers(config_.server));
      refuse_preset_beside_metrics(value);
    };
    sections["process"] = [this](const YamlValue& value) {
      single_server_given_ = true;
      value.read(server_readers(config_.server, "process."));
    };
    sections["servers"] = [this](const YamlValue& value) { config_.servers = read_servers(value); };
  }

  Config config_;
  bool single_server_given_ = false;
};

std::string name_of(const Config::Server& server) {
  if (!server.name.empty()) return server.name;
  if (!server.process.command.empty() && server.url.empty()) return server.process.command;
  if (server.url.empty()) return server.process.pid_file;
  const std::string rest = server.url.substr(server.url.find("//") + 2);
  return rest.substr(0, rest.find_first_of("/?#"));
}

}  // namespace

std::vector<Config::Server> Config::watched() const {
  std::vector<Server> all = servers.empty() ? std::vector{server} : servers;
  std::erase_if(all, [](const Server& one) {
    return one.url.empty() && one.process.command.empty() && one.process.pid_file.empty();
  });
  for (Server& one : all) one.name = name_of(one);
  return all;
}

Config parse_config(std::string_view text, const std::string& file_name) {
  return Reader().read(YamlValue::parse(std::string(text), file_name));
}

Config read_config(const std::string& path) {
  return parse_config(monitoring::detail::read_file(path), path);
}

}  // namespace seadragon::exporter
