/// Who may use the server: keys from a file.
#pragma once

#include <filesystem>
#include <istream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace llm_server {

/// What may be known of a caller; the key itself stays in ApiKeys.
struct Caller {
  std::string user;
  std::string key_id;
};

class ApiKeys {
 public:
  /// Reads lines `key user key_id`; empty lines and lines that begin with # are skipped. Throws
  /// std::runtime_error that names `name` and the line, never the key: "keys.txt:3: ...".
  ApiKeys(std::istream& lines, std::string_view name);

  static ApiKeys from_file(const std::filesystem::path& file);

  /// The owner of the key, from the headers `Authorization: Bearer KEY` or `X-API-Key: KEY` as
  /// they came, empty when absent; null when neither holds a known key.
  const Caller* find(std::string_view authorization, std::string_view x_api_key) const;

  /// The owner of each key.
  std::vector<Caller> callers() const;

 private:
  std::map<std::string, Caller, std::less<>> callers_;
};

}  // namespace llm_server
