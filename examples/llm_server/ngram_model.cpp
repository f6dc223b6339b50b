#include "examples/llm_server/ngram_model.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "examples/llm_server/tokenizer.h"

namespace llm_server {
namespace {

std::uint64_t pair_key(NgramModel::Token before, NgramModel::Token last) {
  return std::uint64_t{before} << 32 | last;
}

void count(std::vector<NgramModel::Successor>& successors, NgramModel::Token token) {
  const auto known = std::find_if(successors.begin(), successors.end(),
                                  [&](const auto& successor) { return successor.token == token; });
  if (known != successors.end()) {
    ++known->count;
  } else {
    successors.push_back({token, 1});
  }
}

}  // namespace

NgramModel::NgramModel(std::string_view corpus) {
  learn_token(std::string(paragraph_end));
  Token before = end_of_paragraph;
  Token last = end_of_paragraph;
  auto texts = tokenize(corpus);
  texts.emplace_back(paragraph_end);
  for (const std::string& text : texts) {
    const Token token = learn_token(text);
    if (token == end_of_paragraph && last == end_of_paragraph) continue;
    count(after_two_[pair_key(before, last)], token);
    count(after_one_[last], token);
    count(frequent_, token);
    before = token == end_of_paragraph ? end_of_paragraph : last;
    last = token;
  }
  if (frequent_.empty()) throw std::runtime_error("the corpus has no words to learn from");
}

NgramModel::Token NgramModel::learn_token(const std::string& text) {
  const auto [entry, is_new] = tokens_.try_emplace(text, static_cast<Token>(texts_.size()));
  if (is_new) texts_.push_back(text);
  return entry->second;
}

NgramModel::Token NgramModel::find(const std::string& text) const {
  const auto entry = tokens_.find(text);
  return entry == tokens_.end() ? unknown : entry->second;
}

std::span<const NgramModel::Successor> NgramModel::successors(Token before, Token last) const {
  const auto two = after_two_.find(pair_key(before, last));
  if (two != after_two_.end() && two->second.size() > 1) return two->second;
  const auto one = after_one_.find(last);
  if (one != after_one_.end()) return one->second;
  return frequent_;
}

Sampler::Sampler(const NgramModel& model, std::span<const std::string> prompt, Sampling sampling)
    : model_(model), temperature_(sampling.temperature), random_(sampling.seed) {
  for (const std::string& text : prompt.last(std::min<std::size_t>(prompt.size(), 2))) {
    before_ = last_;
    last_ = model_.find(text);
    if (last_ == NgramModel::end_of_paragraph) before_ = last_;
  }
}

NgramModel::Token Sampler::next() {
  const NgramModel::Token token = choose(model_.successors(before_, last_));
  before_ = token == NgramModel::end_of_paragraph ? token : last_;
  last_ = token;
  return token;
}

NgramModel::Token Sampler::choose(std::span<const NgramModel::Successor> successors) {
  const auto most =
      std::max_element(successors.begin(), successors.end(),
                       [](const auto& a, const auto& b) { return a.count < b.count; });
  if (temperature_ <= 0) return most->token;

  // Relative to the greatest count, so that a low temperature cannot overflow.
  const auto weight = [&](const NgramModel::Successor& successor) {
    return std::pow(static_cast<double>(successor.count) / most->count, 1 / temperature_);
  };
  double total = 0;
  for (const auto& successor : successors) total += weight(successor);
  double left = std::ldexp(static_cast<double>(random_() >> 11), -53) * total;
  for (const auto& successor : successors) {
    left -= weight(successor);
    if (left < 0) return successor.token;
  }
  return most->token;
}

}  // namespace llm_server
