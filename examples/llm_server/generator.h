/// Generates replies at the pace of a real server.
#pragma once

#include "examples/llm_server/contexts.h"
#include "examples/llm_server/job_queue.h"
#include "examples/llm_server/ngram_model.h"

namespace llm_server {

/// Thread-safe: each job is its own.
class Generator {
 public:
  /// `model` and `contexts` must outlive it.
  Generator(const NgramModel& model, Contexts& contexts, double tokens_per_second);

  /// Ends at the end of a paragraph, at max_tokens, at the deadline, or when the client has left.
  void generate(Job& job) const;

 private:
  Ending write(Job& job) const;

  const NgramModel& model_;
  Contexts& contexts_;
  Clock::duration token_time_;
};

}  // namespace llm_server
