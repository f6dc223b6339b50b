#include "examples/llm_server/api_keys.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace llm_server {

ApiKeys::ApiKeys(std::istream& lines, std::string_view name) {
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto refuse = [&](const std::string& why) {
      throw std::runtime_error(std::string(name) + ":" + std::to_string(number) + ": " + why);
    };
    std::istringstream words(line);
    std::string key, surplus;
    Caller caller;
    if (!(words >> key) || key.front() == '#') continue;
    if (!(words >> caller.user >> caller.key_id)) refuse("expected \"key user key_id\"");
    if (words >> surplus) refuse("unexpected \"" + surplus + "\" after key, user and key_id");
    if (!callers_.emplace(key, caller).second) refuse("this key was given before");
  }
  if (callers_.empty()) throw std::runtime_error(std::string(name) + ": no keys in it");
}

ApiKeys ApiKeys::from_file(const std::filesystem::path& file) {
  std::ifstream lines(file);
  if (!lines) throw std::runtime_error("cannot read the keys from " + file.string());
  return ApiKeys(lines, file.string());
}

const Caller* ApiKeys::find(std::string_view authorization, std::string_view x_api_key) const {
  constexpr std::string_view bearer = "Bearer ";
  if (authorization.starts_with(bearer)) x_api_key = authorization.substr(bearer.size());
  const auto caller = callers_.find(x_api_key);
  return caller == callers_.end() ? nullptr : &caller->second;
}

std::vector<Caller> ApiKeys::callers() const {
  std::vector<Caller> callers;
  for (const auto& [key, caller] : callers_) callers.push_back(caller);
  return callers;
}

}  // namespace llm_server
