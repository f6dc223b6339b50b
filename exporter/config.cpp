#include "exporter/config.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "exporter/collectors/collectors.h"
#include "exporter/in_quotes.h"
#include "exporter/read_file.h"
#include "exporter/settings.h"
#include "exporter/spelling.h"

namespace seadragon::exporter {
namespace {

using Assign = std::function<void(Config&, std::string_view)>;
using Section = std::map<std::string, Assign, std::less<>>;

/// All sections with all their keys.
std::map<std::string, Section, std::less<>> known_sections() {
  std::map<std::string, Section, std::less<>> sections;
  for (const Setting& setting : settings()) {
    const std::size_t dot = setting.key.find('.');
    const std::string section(setting.key.substr(0, dot));
    sections[section].emplace(setting.key.substr(dot + 1), setting.assign);
  }
  for (const std::string_view name : collector_names()) {
    sections["collectors"].emplace(name, [name](Config& config, std::string_view value) {
      assign_collector(config, name, value);
    });
  }
  return sections;
}

template <typename Map>
std::vector<std::string> keys_of(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

/// Notes where documents begin.
class DocumentStarts : public YAML::EventHandler {
 public:
  const YAML::Mark& last() const { return last_; }

  void OnDocumentStart(const YAML::Mark& mark) override { last_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  YAML::Mark last_ = YAML::Mark::null_mark();
};

class Reader {
 public:
  explicit Reader(const std::string& file_name) : file_name_(file_name) {}

  Config read(const std::string& text) {
    try {
      refuse_second_document(text);
      read_sections(YAML::Load(text));
    } catch (const YAML::Exception& error) {
      fail(error.mark, error.msg);
    }
    return std::move(config_);
  }

 private:
  // Not with YAML::LoadAll, which never returns for a text that begins with a comma.
  void refuse_second_document(const std::string& text) const {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    DocumentStarts starts;
    if (parser.HandleNextDocument(starts) && parser.HandleNextDocument(starts)) {
      fail(starts.last(), "end of file expected; only one document is read");
    }
  }

  void read_sections(const YAML::Node& root) {
    const auto sections = known_sections();
    for_each_key(root, "", keys_of(sections), [&](const YAML::Node& name, const YAML::Node& node) {
      const Section& section = sections.find(name.Scalar())->second;
      const std::string prefix = name.Scalar() + '.';
      for_each_key(node, prefix, keys_of(section),
                   [&](const YAML::Node& key, const YAML::Node& value) {
                     if (!value.IsScalar()) {
                       fail(key.Mark(), prefix + key.Scalar() + " must be a single value");
                     }
                     assign(section.find(key.Scalar())->second, prefix + key.Scalar(), value);
                   });
    });
  }

  /// Calls `read` for every entry of a mapping. A mapping without entries is written as nothing.
  void for_each_key(
      const YAML::Node& mapping, const std::string& prefix, const std::vector<std::string>& known,
      const std::function<void(const YAML::Node& key, const YAML::Node& value)>& read) {
    if (mapping.IsNull()) return;
    if (!mapping.IsMap()) fail(mapping.Mark(), "keys expected" + among(known, prefix));
    std::set<std::string> seen;
    for (const auto& entry : mapping) {
      if (!entry.first.IsScalar()) fail(entry.first.Mark(), "a key must be a word");
      const std::string& key = entry.first.Scalar();
      if (std::ranges::find(known, key) == known.end()) {
        fail(entry.first.Mark(),
             "unknown key " + in_quotes(prefix + key) + hint(key, known, prefix));
      }
      if (!seen.insert(key).second) {
        fail(entry.first.Mark(), "key \"" + prefix + key + "\" is there twice");
      }
      read(entry.first, entry.second);
    }
  }

  void assign(const Assign& assign, const std::string& key, const YAML::Node& value) {
    try {
      assign(config_, value.Scalar());
    } catch (const SecretRefused& refusal) {
      fail(value.Mark(), key + ' ' + refusal.what());
    } catch (const std::invalid_argument& refusal) {
      fail(value.Mark(), key + ' ' + refusal.what() + ", not " + in_quotes(value.Scalar()));
    }
  }

  static std::string hint(const std::string& key, const std::vector<std::string>& known,
                          const std::string& prefix) {
    const auto meant = nearest_word(key, known);
    return meant ? ", did you mean \"" + prefix + *meant + "\"?" : among(known, prefix);
  }

  static std::string among(const std::vector<std::string>& known, const std::string& prefix) {
    std::string list = "; known are";
    for (const std::string& key : known) {
      list += (&key == &known.front() ? " " : ", ") + prefix + key;
    }
    return list;
  }

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& reason) const {
    const std::string line = mark.is_null() ? "" : std::to_string(mark.line + 1) + ':';
    throw std::runtime_error(file_name_ + ':' + line + ' ' + reason);
  }

  const std::string& file_name_;
  Config config_;
};

}  // namespace

Config parse_config(std::string_view text, const std::string& file_name) {
  return Reader(file_name).read(std::string(text));
}

Config read_config(const std::string& path) { return parse_config(read_file(path), path); }

}  // namespace seadragon::exporter
