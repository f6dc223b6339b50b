#include "examples/llm_server/tokenizer.h"

#include <algorithm>

namespace llm_server {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::vector<std::string> tokenize(std::string_view text) {
  std::vector<std::string> tokens;
  const auto end = text.end();
  for (auto at = text.begin(); at != end;) {
    auto next = at + 1;
    if (is_space(*at)) {
      next = std::find_if_not(at, end, is_space);
      if (std::count(at, next, '\n') > 1) tokens.emplace_back(paragraph_end);
    } else {
      if (is_word(*at)) next = std::find_if_not(at, end, is_word);
      tokens.emplace_back(at, next);
    }
    at = next;
  }
  return tokens;
}

std::string spelled(std::string_view token, bool begins) {
  if (begins || token == paragraph_end || !is_word(token.front())) return std::string(token);
  return " " + std::string(token);
}

}  // namespace llm_server
