#include "examples/llm_server/generator.h"

#include <future>

#include <gtest/gtest.h>

#include "examples/llm_server/tokenizer.h"

namespace llm_server {
namespace {

using namespace std::chrono_literals;

constexpr double fast = 10'000;

Job job(const std::string& prompt, std::size_t max_tokens) {
  Job job;
  job.request.max_tokens = max_tokens;
  job.request.seed = 1;
  job.prompt = tokenize(prompt);
  job.deadline = Clock::now() + 1h;
  return job;
}

struct Written {
  std::string text;
  int tokens = 0;
  Ending ending = Ending::failed;
};

Written read_all(Reply& reply) {
  Written written;
  for (;;) {
    const auto event = reply.next(Clock::now() + 1h);
    if (const auto* token = std::get_if<std::string>(&*event)) {
      written.text += *token;
      ++written.tokens;
    } else {
      written.ending = std::get<Ending>(*event);
      return written;
    }
  }
}

void generate(const NgramModel& model, double tokens_per_second, Job& job) {
  Contexts contexts(8192);
  Generator(model, contexts, tokens_per_second).generate(job);
}

TEST(GeneratorTest, StopsAtTheEndOfTheParagraph) {
  const NgramModel model("One two three.");
  Job asked = job("\n\n", 100);
  generate(model, fast, asked);
  const Written written = read_all(*asked.reply);
  EXPECT_EQ(written.ending, Ending::stop);
  EXPECT_EQ(written.text, "One two three.");
  EXPECT_EQ(written.tokens, 4);
}

TEST(GeneratorTest, StopsAtTheTokenLimit) {
  const NgramModel model("One two three.");
  Job asked = job("\n\n", 2);
  generate(model, fast, asked);
  const Written written = read_all(*asked.reply);
  EXPECT_EQ(written.ending, Ending::length);
  EXPECT_EQ(written.text, "One two");
}

TEST(GeneratorTest, ContinuesASentence) {
  const NgramModel model("One two three.");
  Job asked = job("One two", 1);
  generate(model, fast, asked);
  EXPECT_EQ(read_all(*asked.reply).text, " three");
}

TEST(GeneratorTest, WritesOnAfterAParagraphWhenItsEndIsIgnored) {
  const NgramModel model("One two.");
  Job asked = job("\n\n", 8);
  asked.request.ignore_eos = true;
  generate(model, fast, asked);
  const Written written = read_all(*asked.reply);
  EXPECT_EQ(written.ending, Ending::length);
  EXPECT_EQ(written.text, "One two.\n\nOne two.\n\n");
}

TEST(GeneratorTest, KeepsItsPace) {
  const NgramModel model("One two.");
  Job asked = job("\n\n", 20);
  asked.request.ignore_eos = true;
  const auto begin = Clock::now();
  generate(model, 200, asked);
  EXPECT_GE(Clock::now() - begin, 20 * 5ms);
}

TEST(GeneratorTest, GivesUpAtTheDeadline) {
  const NgramModel model("One two.");
  Job asked = job("\n\n", 100);
  asked.request.ignore_eos = true;
  asked.deadline = Clock::now() + 50ms;
  generate(model, 100, asked);
  const Written written = read_all(*asked.reply);
  EXPECT_EQ(written.ending, Ending::timeout);
  EXPECT_LT(written.tokens, 6);
  EXPECT_GE(Clock::now(), asked.deadline);
}

TEST(GeneratorTest, StopsInTheMiddleOfATokenWhenTheClientLeaves) {
  const NgramModel model("One two.");
  Job asked = job("\n\n", 100);
  asked.deadline = Clock::now() + 24h;
  const auto reply = asked.reply;
  // One token an hour: only leaving can end it.
  auto generating = std::async(std::launch::async, [&] { generate(model, 1.0 / 3600, asked); });
  reply->abandon();
  EXPECT_EQ(read_all(*reply).ending, Ending::cancelled);
}

}  // namespace
}  // namespace llm_server
