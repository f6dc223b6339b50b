/// What a streamed answer tells, read as it arrives.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace traffic {

/// Reads server-sent events of the OpenAI API, however the bytes are cut.
class EventStream {
 public:
  void read(std::string_view bytes);

  /// Chunks that brought a token.
  int tokens() const { return tokens_; }

  /// The usage, when the stream told it.
  std::uint64_t prompt_tokens() const { return prompt_tokens_; }
  std::uint64_t completion_tokens() const { return completion_tokens_; }

  /// A finish reason and [DONE] came: the answer is whole.
  bool is_complete() const { return finished_ && done_; }

 private:
  void read_event(std::string_view event);

  std::string unread_;
  int tokens_ = 0;
  std::uint64_t prompt_tokens_ = 0;
  std::uint64_t completion_tokens_ = 0;
  bool finished_ = false;
  bool done_ = false;
};

}  // namespace traffic
