/// What the server says, in the words of the OpenAI API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "examples/llm_server/completion_request.h"
#include "examples/llm_server/reply.h"

namespace llm_server {

struct Usage {
  std::size_t prompt_tokens = 0;
  std::size_t completion_tokens = 0;
};

/// The answers to one request: they share an id, a time and a model.
class Answer {
 public:
  explicit Answer(const CompletionRequest& request);

  /// The body of an answer that is not streamed.
  std::string whole(const std::string& text, Ending ending, Usage usage) const;

  /// Events of a stream, each "data: {...}\n\n": a token; the finish reason; the usage.
  std::string chunk(const std::string& token) const;
  std::string last_chunk(Ending ending) const;
  std::string usage_chunk(Usage usage) const;

 private:
  nlohmann::ordered_json fields(const char* chat_object) const;
  std::string event(const std::string& token, std::optional<Ending> ending) const;

  CompletionKind kind_;
  std::string model_, id_;
  std::int64_t created_;
};

inline constexpr std::string_view stream_end = "data: [DONE]\n\n";

/// What went wrong, for a client: an HTTP status and the fields of the body.
struct Problem {
  int status;
  std::string message;
  std::string type;
  std::string code;
};

/// Why there is no whole answer, of an ending that is neither stop nor length.
Problem problem_of(Ending ending);

/// {"error": {"message": ..., "type": ..., "code": ...}}
std::string error_body(const Problem& problem);

/// The body of GET /v1/models.
std::string models_body(const std::string& model);

}  // namespace llm_server
