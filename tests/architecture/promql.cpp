#include "tests/architecture/promql.h"

#include <regex>

namespace seadragon::tests {
namespace {

std::set<std::string> words_of(const std::string& list, const std::regex& word) {
  std::set<std::string> found;
  for (std::sregex_iterator match(list.begin(), list.end(), word), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

}  // namespace

std::vector<Selector> selectors_of(const std::string& expression) {
  static const std::regex selector(
      R"(([a-z0-9_:]*(?:seadragon|\bprocess_)[a-zA-Z0-9_:]*)\s*(\{(?:[^}"]|"[^"]*")*\})?)");
  static const std::regex matcher(R"(([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*")");
  static const std::regex text(R"("[^"]*")");

  // What a matcher compares with is no series, even if it reads like one.
  std::string plain = std::regex_replace(expression, text, "\"\"");
  std::vector<Selector> found;
  for (std::sregex_iterator match(plain.begin(), plain.end(), selector), end; match != end;
       ++match) {
    found.push_back({(*match)[1], words_of((*match)[2], matcher)});
  }
  return found;
}

std::set<std::string> grouping_labels_of(const std::string& expression) {
  static const std::regex clause(
      R"(\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\))");
  static const std::regex word(R"(([a-zA-Z_]\w*))");
  std::set<std::string> found;
  for (std::sregex_iterator match(expression.begin(), expression.end(), clause), end; match != end;
       ++match) {
    found.merge(words_of((*match)[1], word));
  }
  return found;
}

std::string normalised(const std::string& expression) {
  std::string out;
  for (const char c : expression) {
    if (c != ' ' && c != '\n' && c != '\t') out += c;
  }
  return out;
}

}  // namespace seadragon::tests
