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

TEST(GeneratorTest, StopsAtTheEndOfTheParagraph) {
  const NgramModel model("One two three.");
  Job asked = job("\n\n", 100);
  Generator(model, fast).generate(asked);
  const Written written = read_all(*asked.reply);
  EXPECT_EQ(written.ending, Ending::stop);
  EXPECT_EQ(written.text, "One two three.");
  EXPECT_EQ(written.tokens, 4);
}

TEST(GeneratorTest, StopsAtTheTokenLimit) {
  const NgramModel model("One two three.");
  Job asked = job("\n\n", 2);
  Generator(model, fast).generate(asked);
  const Written written = read_all(*asked.reply);
  EXPECT_EQ(written.ending, Ending::length);
  EXPECT_EQ(written.text, "One two");
}

TEST(GeneratorTest, ContinuesASentence) {
  const NgramModel model("One two three.");
  Job asked = job("One two", 1);
  Generator(model, fast).generate(asked);
  EXPECT_EQ(read_all(*asked.reply).text, " three");
}

TEST(GeneratorTest, WritesOnAfterAParagraphWhenItsEndIsIgnored) {
  const NgramModel model("One two.");
  Job asked = job("\n\n", 8);
  asked.request.ignore_eos = true;
  Generator(model, fast).generate(asked);
  const Written written = read_all(*asked.reply);
  EXPECT_EQ(written.ending, Ending::length);
  EXPECT_EQ(written.text, "One two.\n\nOne two.\n\n");
}

TEST(GeneratorTest, KeepsItsPace) {
  const NgramModel model("One two.");
  Job asked = job("\n\n", 20);
  asked.request.ignore_eos = true;
  const auto begin = Clock::now();
  Generator(model, 200).generate(asked);
  EXPECT_GE(Clock::now() - begin, 20 * 5ms);
}

TEST(GeneratorTest, GivesUpAtTheDeadline) {
  const NgramModel model("One two.");
  Job asked = job("\n\n", 100);
  asked.request.ignore_eos = true;
  asked.deadline = Clock::now() + 50ms;
  Generator(model, 100).generate(asked);
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
  auto generating =
      std::async(std::launch::async, [&] { Generator(model, 1.0 / 3600).generate(asked); });
  reply->abandon();
  EXPECT_EQ(read_all(*reply).ending, Ending::cancelled);
}

}  // namespace
}  // namespace llm_server
