/// YAML in which nothing is passed over: what is not known is refused, with file and line.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seadragon::monitoring::detail {

/// A value of a document, with all that is in it. All functions throw std::runtime_error that names
/// the place: `exporter.yml:7: unknown key "colectors", did you mean "collectors"?`
class YamlValue {
 public:
  using Reader = std::function<void(const YamlValue& value)>;
  using Readers = std::map<std::string, Reader, std::less<>>;
  using Entry = std::pair<YamlValue, YamlValue>;  ///< Key and value.

  /// The single document of `text`. `file_name` is for messages.
  static YamlValue parse(const std::string& text, const std::string& file_name);

  bool is_text() const { return kind_ == Kind::text; }

  /// `web.listen_address`: the keys that lead to it. Empty for the document.
  const std::string& path() const { return path_; }

  /// A single value; where nothing is written there is none.
  const std::string& text() const;

  /// `true` or `false`.
  bool flag() const;

  /// A whole number of at most 9 digits.
  int whole() const;

  /// The values of a list.
  const std::vector<YamlValue>& items() const;

  /// The entries of a mapping with any keys, each once; none where nothing is written.
  const std::vector<Entry>& entries() const;

  /// Reads every entry of a mapping; each key has its reader, or is refused.
  void read(const Readers& known) const;

  /// The same, but goes on behind an entry that is refused: each adds what is wrong to `faults`.
  void read(const Readers& known, std::vector<std::string>& faults) const;

  /// Refuses it: `FILE:LINE: reason`.
  [[noreturn]] void fail(const std::string& reason) const;

  /// Refuses it with the key and, unless it may be secret, the value:
  /// `FILE:LINE: log.level must be one of debug, info, warn, error, not "loud"`.
  [[noreturn]] void refuse(const std::string& why) const;
  [[noreturn]] void refuse_secret(const std::string& why) const;

 private:
  enum class Kind { null, text, list, mapping };
  class Builder;

  void refuse_without_keys(const Readers& known) const;
  void read_entry(const Entry& entry, const Readers& known) const;

  Kind kind_ = Kind::null;
  std::shared_ptr<const std::string> file_name_;
  int line_ = 0;      // from 1; 0: there is no place
  int key_line_ = 0;  // of the key that leads to it
  std::string path_, text_;
  std::vector<YamlValue> items_;
  std::vector<Entry> entries_;
};

/// A refusal whose message must not repeat the value, because it may hold a password.
struct SecretRefused : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Calls `assign(value.text())`. What that refuses, by std::invalid_argument that says what the
/// value must be or by SecretRefused, is told with the place.
template <typename Assign>
void assign_text(const YamlValue& value, const Assign& assign) {
  try {
    assign(value.text());
  } catch (const SecretRefused& refusal) {
    value.refuse_secret(refusal.what());
  } catch (const std::invalid_argument& refusal) {
    value.refuse(refusal.what());
  }
}

}  // namespace seadragon::monitoring::detail
