#include "lib/src/strict_yaml.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "lib/src/in_quotes.h"
#include "lib/src/spelling.h"

namespace seadragon::monitoring::detail {
namespace {

// A configuration has a few hundred; aliases of aliases can make a million out of a few lines.
constexpr int most_values = 100'000;
constexpr int deepest = 50;  // an alias of what it stands in has no end

[[noreturn]] void fail_at(const std::string& file_name, int line, const std::string& reason) {
  throw std::runtime_error(file_name + ':' + (line > 0 ? std::to_string(line) + ':' : "") + ' ' +
                           reason);
}

int line_of(const YAML::Mark& mark) { return mark.is_null() ? 0 : mark.line + 1; }

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

// Not with YAML::LoadAll, which never returns for a text that begins with a comma.
void refuse_second_document(const std::string& text, const std::string& file_name) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (parser.HandleNextDocument(starts) && parser.HandleNextDocument(starts)) {
    fail_at(file_name, line_of(starts.last()), "end of file expected; only one document is read");
  }
}

std::vector<std::string> keys_of(const YamlValue::Readers& known) {
  std::vector<std::string> keys;
  for (const auto& [key, reader] : known) keys.push_back(key);
  return keys;
}

std::string among(const std::vector<std::string>& known, const std::string& prefix) {
  std::string list = "; known are";
  for (const std::string& key : known) {
    list += (&key == &known.front() ? " " : ", ") + prefix + key;
  }
  return list;
}

std::string hint(const std::string& key, const std::vector<std::string>& known,
                 const std::string& prefix) {
  const auto meant = nearest_word(key, known);
  return meant ? ", did you mean \"" + prefix + *meant + "\"?" : among(known, prefix);
}

}  // namespace

/// Copies a tree of the library's, with the keys that lead to each value.
class YamlValue::Builder {
 public:
  explicit Builder(const std::string& file_name)
      : file_name_(std::make_shared<const std::string>(file_name)) {}

  YamlValue build(const YAML::Node& node, std::string path, int key_line) {
    if (++values_ > most_values) fail_at(*file_name_, line_of(node.Mark()), "too many values");
    if (depth_ > deepest) fail_at(*file_name_, line_of(node.Mark()), "nested too deeply");
    ++depth_;
    YamlValue value;
    value.file_name_ = file_name_;
    value.line_ = line_of(node.Mark());
    value.key_line_ = key_line;
    value.path_ = std::move(path);
    if (node.IsScalar()) {
      value.kind_ = Kind::text;
      value.text_ = node.Scalar();
    } else if (node.IsSequence()) {
      value.kind_ = Kind::list;
      for (const auto& item : node) {
        value.items_.push_back(build(item, value.path_, value.line_));
      }
    } else if (node.IsMap()) {
      value.kind_ = Kind::mapping;
      add_entries(value, node);
    }
    --depth_;
    return value;
  }

 private:
  void add_entries(YamlValue& value, const YAML::Node& node) {
    std::set<std::string> seen;
    const std::string prefix = value.path_.empty() ? "" : value.path_ + '.';
    for (const auto& entry : node) {
      const int line = line_of(entry.first.Mark());
      if (!entry.first.IsScalar()) fail_at(*file_name_, line, "a key must be a word");
      const std::string path = prefix + entry.first.Scalar();
      if (!seen.insert(path).second) {
        fail_at(*file_name_, line, "key " + in_quotes(path) + " is there twice");
      }
      value.entries_.emplace_back(build(entry.first, path, line), build(entry.second, path, line));
    }
  }

  std::shared_ptr<const std::string> file_name_;
  int values_ = 0, depth_ = 0;
};

YamlValue YamlValue::parse(const std::string& text, const std::string& file_name) {
  try {
    refuse_second_document(text, file_name);
    return Builder(file_name).build(YAML::Load(text), "", 0);
  } catch (const YAML::Exception& error) {
    // It may repeat a character of the text: a line end, say.
    std::string message = error.msg;
    std::ranges::replace_if(
        message, [](char c) { return c >= 0 && c < ' '; }, '?');
    fail_at(file_name, line_of(error.mark), message);
  }
}

const std::string& YamlValue::text() const {
  if (kind_ != Kind::text) fail_at(*file_name_, key_line_, path_ + " must be a single value");
  return text_;
}

bool YamlValue::flag() const {
  if (text() != "true" && text() != "false") refuse("must be true or false");
  return text() == "true";
}

int YamlValue::whole() const {
  constexpr std::size_t most_digits = 9;
  int number = 0;
  const char* const end = text().data() + text().size();
  const auto parsed = std::from_chars(text().data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number < 0 || text().size() > most_digits) {
    refuse("must be a whole number");
  }
  return number;
}

const std::vector<YamlValue>& YamlValue::items() const {
  if (kind_ != Kind::list && kind_ != Kind::null) fail(path_ + " must be a list");
  return items_;
}

const std::vector<YamlValue::Entry>& YamlValue::entries() const {
  if (kind_ != Kind::mapping && kind_ != Kind::null) fail(path_ + " must have keys");
  return entries_;
}

void YamlValue::refuse_without_keys(const Readers& known) const {
  if (kind_ == Kind::mapping || kind_ == Kind::null) return;
  fail("keys expected" + among(keys_of(known), path_.empty() ? "" : path_ + '.'));
}

void YamlValue::read_entry(const Entry& entry, const Readers& known) const {
  const auto& [key, value] = entry;
  const auto reader = known.find(key.text_);
  if (reader == known.end()) {
    key.fail("unknown key " + in_quotes(key.path_) +
             hint(key.text_, keys_of(known), path_.empty() ? "" : path_ + '.'));
  }
  reader->second(value);
}

void YamlValue::read(const Readers& known) const {
  refuse_without_keys(known);
  for (const Entry& entry : entries_) read_entry(entry, known);
}

void YamlValue::read(const Readers& known, std::vector<std::string>& faults) const {
  refuse_without_keys(known);
  for (const Entry& entry : entries_) {
    try {
      read_entry(entry, known);
    } catch (const std::runtime_error& refusal) {
      faults.emplace_back(refusal.what());
    }
  }
}

void YamlValue::fail(const std::string& reason) const { fail_at(*file_name_, line_, reason); }

void YamlValue::refuse(const std::string& why) const {
  fail(path_ + ' ' + why + ", not " + in_quotes(text_));
}

void YamlValue::refuse_secret(const std::string& why) const { fail(path_ + ' ' + why); }

}  // namespace seadragon::monitoring::detail
