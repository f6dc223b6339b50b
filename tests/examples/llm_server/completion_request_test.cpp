#include "examples/llm_server/completion_request.h"

#include <gtest/gtest.h>

namespace llm_server {
namespace {

std::string problem_of_chat(const std::string& body) {
  try {
    parse_completion_request(CompletionKind::chat, body);
    return "";
  } catch (const InvalidRequest& problem) {
    return problem.what();
  }
}

TEST(CompletionRequestTest, ReadsEveryField) {
  const auto request = parse_completion_request(CompletionKind::chat, R"({
    "model": "m", "messages": [{"role": "system", "content": "Be kind."},
                               {"role": "user", "content": "Hello"}],
    "max_tokens": 7, "temperature": 0.5, "seed": 42, "stream": true,
    "stream_options": {"include_usage": true}, "ignore_eos": true, "stop": ["x"], "user": "u"})");
  EXPECT_EQ(request.model, "m");
  EXPECT_EQ(request.prompt, "Be kind.\n\nHello\n\n");
  EXPECT_EQ(request.max_tokens, 7U);
  EXPECT_EQ(request.temperature, 0.5);
  EXPECT_EQ(request.seed, 42U);
  EXPECT_TRUE(request.stream);
  EXPECT_TRUE(request.include_usage);
  EXPECT_TRUE(request.ignore_eos);
}

TEST(CompletionRequestTest, HasDefaultsAndTakesNullForAbsent) {
  for (const char* body : {R"({"model": "m", "prompt": "Once"})",
                           R"({"model": "m", "prompt": "Once", "max_tokens": null, "seed": null,
                               "stream": null, "temperature": null, "stream_options": null})"}) {
    const auto request = parse_completion_request(CompletionKind::text, body);
    EXPECT_EQ(request.prompt, "Once");
    EXPECT_EQ(request.max_tokens, 64U);
    EXPECT_FALSE(request.seed.has_value());
    EXPECT_FALSE(request.stream);
    EXPECT_FALSE(request.include_usage);
  }
}

TEST(CompletionRequestTest, SaysWhatIsWrong) {
  const std::string chat = R"("model": "m", "messages": [{"role": "user", "content": "a"}])";
  const struct {
    std::string body;
    std::string message;
  } cases[] = {
      {"", "the body is not valid JSON"},
      {"{", "the body is not valid JSON"},
      {"{\"model\": \"\xff\"}", "the body is not valid JSON"},
      {"[]", "the body must be a JSON object"},
      {"{}", "\"model\" is missing"},
      {R"({"model": null})", "\"model\" is missing"},
      {R"({"model": 3})", "\"model\" must be a string"},
      {R"({"model": "m"})", "\"messages\" is missing"},
      {R"({"model": "m", "messages": []})",
       "\"messages\" must be an array of at least one message"},
      {R"({"model": "m", "messages": "a"})",
       "\"messages\" must be an array of at least one message"},
      {R"({"model": "m", "messages": ["a"]})", "\"messages[0]\" must be an object"},
      {R"({"model": "m", "messages": [{"role": "user", "content": "a"}, {"content": "a"}]})",
       "\"messages[1].role\" must be a string"},
      {R"({"model": "m", "messages": [{"role": "user", "content": 1}]})",
       "\"messages[0].content\" must be a string"},
      {"{" + chat + R"(, "max_tokens": 0})",
       "\"max_tokens\" must be a whole number from 1 to 4096"},
      {"{" + chat + R"(, "max_tokens": 4097})",
       "\"max_tokens\" must be a whole number from 1 to 4096"},
      {"{" + chat + R"(, "max_tokens": -1})",
       "\"max_tokens\" must be a whole number from 1 to 4096"},
      {"{" + chat + R"(, "max_tokens": 1.5})",
       "\"max_tokens\" must be a whole number from 1 to 4096"},
      {"{" + chat + R"(, "temperature": 2.1})", "\"temperature\" must be a number from 0 to 2"},
      {"{" + chat + R"(, "temperature": "hot"})", "\"temperature\" must be a number from 0 to 2"},
      {"{" + chat + R"(, "seed": "text"})", "\"seed\" must be a whole number"},
      {"{" + chat + R"(, "stream": 1})", "\"stream\" must be true or false"},
      {"{" + chat + R"(, "ignore_eos": "no"})", "\"ignore_eos\" must be true or false"},
      {"{" + chat + R"(, "stream_options": []})", "\"stream_options\" must be an object"},
      {"{" + chat + "}", ""},
  };
  for (const auto& [body, message] : cases) EXPECT_EQ(problem_of_chat(body), message) << body;
}

TEST(CompletionRequestTest, AsksForAPromptWhereThereAreNoMessages) {
  try {
    parse_completion_request(CompletionKind::text, R"({"model": "m", "messages": []})");
    FAIL();
  } catch (const InvalidRequest& problem) {
    EXPECT_STREQ(problem.what(), "\"prompt\" is missing");
  }
}

}  // namespace
}  // namespace llm_server
