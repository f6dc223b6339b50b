#include "examples/llm_server/generator.h"

#include <algorithm>
#include <random>

#include "examples/llm_server/tokenizer.h"

namespace llm_server {

Generator::Generator(const NgramModel& model, Contexts& contexts, double tokens_per_second)
    : model_(model),
      contexts_(contexts),
      token_time_(std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double>(1 / tokens_per_second))) {}

void Generator::generate(Job& job) const { job.end(write(job)); }

Ending Generator::write(Job& job) const {
  job.ticket.prompt_tokens(job.prompt.size());  // monitoring
  Contexts::Held context(contexts_);
  context.add(job.prompt.size());
  const std::uint64_t seed = job.request.seed ? *job.request.seed : std::random_device{}();
  Sampler sampler(model_, job.prompt, {job.request.temperature, seed});
  bool begins = job.prompt.empty() || job.prompt.back() == paragraph_end;
  auto due = Clock::now();
  for (std::size_t produced = 0; produced < job.request.max_tokens; ++produced) {
    const auto token = sampler.next();
    const bool ends_paragraph = token == NgramModel::end_of_paragraph;
    if (ends_paragraph && !job.request.ignore_eos) return Ending::stop;

    // Absolute times: a late wake-up does not slow the tokens that follow.
    due += token_time_;
    if (job.reply->is_abandoned_by(std::min(due, job.deadline))) return Ending::cancelled;
    if (due >= job.deadline) return Ending::timeout;

    job.ticket.token();  // monitoring
    context.add(1);
    job.reply->add(spelled(model_.text(token), begins));
    begins = ends_paragraph;
  }
  return Ending::length;
}

}  // namespace llm_server
