/// A small but real language model: it counts which token followed which two.
///
///   NgramModel model(corpus);
///   Sampler sampler(model, tokenize(prompt), {.temperature = 0.8, .seed = 7});
///   model.text(sampler.next());   // "The"
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace llm_server {

/// Never changes once made: any number of threads may sample from it.
class NgramModel {
 public:
  using Token = std::uint32_t;
  static constexpr Token end_of_paragraph = 0;
  static constexpr Token unknown = UINT32_MAX;

  struct Successor {
    Token token;
    std::uint32_t count;
  };

  /// Learns from paragraphs of plain text. Throws std::runtime_error when there is no word in it.
  explicit NgramModel(std::string_view corpus);

  /// What followed `before, last`. Backs off to what followed `last`, and then to what is frequent,
  /// where a context never occurred or always went on the same way: a small corpus would be
  /// recited otherwise. Never empty.
  std::span<const Successor> successors(Token before, Token last) const;

  const std::string& text(Token token) const { return texts_[token]; }

  /// The token that is written `text`, or `unknown`.
  Token find(const std::string& text) const;

  std::size_t vocabulary() const { return texts_.size(); }

 private:
  using Successors = std::vector<Successor>;

  Token learn_token(const std::string& text);

  std::vector<std::string> texts_;
  std::unordered_map<std::string, Token> tokens_;
  std::unordered_map<std::uint64_t, Successors> after_two_;
  std::unordered_map<Token, Successors> after_one_;
  Successors frequent_;
};

struct Sampling {
  double temperature = 0.8;  ///< 0 takes the most frequent token always.
  std::uint64_t seed = 0;    ///< The same seed and prompt give the same reply.
};

/// Continues one text, token by token. One thread; the model must outlive it.
class Sampler {
 public:
  Sampler(const NgramModel& model, std::span<const std::string> prompt, Sampling sampling);

  NgramModel::Token next();

 private:
  NgramModel::Token choose(std::span<const NgramModel::Successor> successors);

  const NgramModel& model_;
  double temperature_;
  std::mt19937_64 random_;
  NgramModel::Token before_ = NgramModel::end_of_paragraph;
  NgramModel::Token last_ = NgramModel::end_of_paragraph;
};

}  // namespace llm_server
