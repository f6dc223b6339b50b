#include "examples/traffic/event_stream.h"

#include <string>

#include <gtest/gtest.h>

namespace traffic {
namespace {

const std::string token =
    R"(data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]})"
    "\n\n";
const std::string finish = R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
                           "\n\n";
const std::string usage =
    R"(data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}})"
    "\n\n";
const std::string done = "data: [DONE]\n\n";

TEST(EventStreamTest, ReadsAnAnswerHoweverItIsCut) {
  const std::string answer = ": waiting\n\n" + token + token + finish + usage + done;
  for (std::size_t size = 1; size <= answer.size(); ++size) {
    EventStream stream;
    for (std::size_t at = 0; at < answer.size(); at += size) {
      EXPECT_FALSE(stream.is_complete());
      stream.read(std::string_view(answer).substr(at, size));
    }
    ASSERT_TRUE(stream.is_complete()) << size;
    ASSERT_EQ(stream.tokens(), 2);
    ASSERT_EQ(stream.prompt_tokens(), 7U);
    ASSERT_EQ(stream.completion_tokens(), 2U);
  }
}

TEST(EventStreamTest, IsIncompleteWithoutAFinishReason) {
  EventStream stream;
  stream.read(token + "data: {\"error\":{\"code\":\"timeout\"}}\n\n" + done);
  EXPECT_EQ(stream.tokens(), 1);
  EXPECT_FALSE(stream.is_complete());
}

TEST(EventStreamTest, IsIncompleteWithoutItsEnd) {
  EventStream stream;
  stream.read(token + finish);
  EXPECT_FALSE(stream.is_complete());
}

TEST(EventStreamTest, PassesOverWhatItDoesNotUnderstand) {
  EventStream stream;
  stream.read("event: x\n\ndata: {\n\ndata: 3\n\n\n\n" + token);
  EXPECT_EQ(stream.tokens(), 1);
}

}  // namespace
}  // namespace traffic
