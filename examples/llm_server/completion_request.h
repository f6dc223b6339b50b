/// What a client asks for: the body of POST /v1/chat/completions and /v1/completions.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace llm_server {

enum class CompletionKind { chat, text };

struct CompletionRequest {
  CompletionKind kind = CompletionKind::chat;
  std::string model;
  std::string
      prompt;  ///< Of a chat: its messages, each a paragraph, so that the reply is the next.
  std::size_t max_tokens = 64;
  double temperature = 0.8;
  std::optional<std::uint64_t> seed;
  bool stream = false;
  bool include_usage = false;  ///< stream_options.include_usage: the last chunk tells the usage.
  bool ignore_eos = false;     ///< Goes on after the end of a paragraph, up to max_tokens.
};

inline constexpr std::size_t max_max_tokens = 4096;

/// Says what is wrong with a request, for the client to read.
struct InvalidRequest : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws InvalidRequest. Fields this server does not know are ignored, as is a field that is null.
CompletionRequest parse_completion_request(CompletionKind kind, std::string_view body);

}  // namespace llm_server
