#include "examples/llm_server/server.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/examples/llm_server/server_clients.h"

namespace llm_server {
namespace {

using nlohmann::json;
using testing::EndsWith;
using tests::chat;
using tests::chat_body;
using tests::Client;
using tests::error_of;
using tests::RunningServer;
using tests::stream_body;
using tests::StreamReader;
using tests::test_options;

TEST(LlmServerTest, AnswersAChat) {
  RunningServer server;
  const auto result = Client(server).post(chat, chat_body(20).dump());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  const json answer = json::parse(result->body);
  EXPECT_THAT(answer.at("id").get<std::string>(), testing::StartsWith("chatcmpl-"));
  EXPECT_EQ(answer.at("object"), "chat.completion");
  EXPECT_EQ(answer.at("model"), "seadragon-ngram");
  EXPECT_EQ(answer.at("choices").at(0).at("message").at("role"), "assistant");
  EXPECT_NE(answer.at("choices").at(0).at("message").at("content"), "");
  EXPECT_EQ(answer.at("choices").at(0).at("finish_reason"), "length");
  EXPECT_EQ(answer.at("usage"),
            json({{"prompt_tokens", 7}, {"completion_tokens", 20}, {"total_tokens", 27}}));
}

TEST(LlmServerTest, GivesTheSameAnswerForTheSameSeed) {
  RunningServer server;
  Client client(server);
  const auto content = [&](const json& body) {
    return json::parse(client.post(chat, body.dump())->body).at("choices");
  };
  EXPECT_EQ(content(chat_body()), content(chat_body()));
}

TEST(LlmServerTest, CompletesAText) {
  RunningServer server;
  const auto result = Client(server).post("/v1/completions", R"({"model": "seadragon-ngram",
      "prompt": "The keeper of the", "max_tokens": 1, "temperature": 0})");
  ASSERT_TRUE(result);
  const json answer = json::parse(result->body);
  EXPECT_EQ(answer.at("object"), "text_completion");
  EXPECT_EQ(answer.at("choices").at(0).at("text"), " lighthouse");
}

TEST(LlmServerTest, StreamsTheSameWordsAsItAnswers) {
  RunningServer server;
  const json whole = json::parse(Client(server).post(chat, chat_body(10).dump())->body);
  json body = stream_body(10);
  body["stream_options"] = {{"include_usage", true}};
  const std::string stream = StreamReader(server, body).text();

  std::string content;
  json last_choice, usage;
  int tokens = 0;
  for (std::size_t at = 0; (at = stream.find("data: {", at)) != std::string::npos; ++at) {
    const json chunk = json::parse(stream.substr(at + 6, stream.find("\n\n", at) - at - 6));
    EXPECT_EQ(chunk.at("object"), "chat.completion.chunk");
    if (chunk.contains("usage")) usage = chunk.at("usage");
    for (const json& choice : chunk.at("choices")) {
      last_choice = choice;
      if (!choice.at("delta").contains("content")) continue;
      content += choice.at("delta").at("content").get<std::string>();
      ++tokens;
    }
  }
  EXPECT_EQ(content, whole.at("choices").at(0).at("message").at("content"));
  EXPECT_EQ(tokens, 10);
  EXPECT_EQ(last_choice.at("finish_reason"), "length");
  EXPECT_EQ(usage, whole.at("usage"));
  EXPECT_THAT(stream, EndsWith("data: [DONE]\n\n"));
}

TEST(LlmServerTest, RefusesWhatItCannotServe) {
  RunningServer server;
  Client client(server);
  json other_model = chat_body();
  other_model["model"] = "other";
  json long_prompt = chat_body();
  long_prompt["messages"][0]["content"] = std::string(20'000, '!');
  const struct {
    std::string body;
    int status;
    std::string code, message;
  } cases[] = {
      {"{", 400, "invalid_request", "the body is not valid JSON"},
      {"{}", 400, "invalid_request", "\"model\" is missing"},
      {other_model.dump(), 404, "model_not_found", "The model \"other\" does not exist."},
      {long_prompt.dump(), 400, "context_length_exceeded",
       "Prompt and max_tokens exceed the context of 8192 tokens."},
  };
  for (const auto& [body, status, code, message] : cases) {
    const auto result = client.post(chat, body);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, status) << body;
    EXPECT_EQ(error_of(result).at("code"), code);
    EXPECT_EQ(error_of(result).at("message"), message);
    EXPECT_EQ(error_of(result).at("type"), "invalid_request_error");
  }
}

TEST(LlmServerTest, AsksForAKeyExceptForItsHealth) {
  RunningServer server;
  Client client(server);
  EXPECT_EQ(client.get("/health")->status, 200);
  EXPECT_EQ(client.get("/v1/models")->status, 401);
  EXPECT_EQ(client.get("/v1/models", {{"X-API-Key", "sk-example-bela-1"}})->status, 200);
  const auto refused = client.post(chat, chat_body().dump(), "sk-wrong");
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(error_of(refused).at("code"), "invalid_api_key");
  EXPECT_TRUE(server.reaches(
      R"(seadragon_http_requests_total{method="POST",route="/v1/chat/completions",status="401"})",
      1));
}

TEST(LlmServerTest, NamesUnknownPathsInItsAnswerAndNowhereElse) {
  RunningServer server;
  const auto result = Client(server).get("/v1/no%ffzebra");
  EXPECT_EQ(result->status, 404);
  EXPECT_EQ(error_of(result).at("code"), "unknown_url");
  EXPECT_TRUE(server.reaches(
      R"(seadragon_http_requests_total{method="GET",route="unmatched",status="404"})", 1));
  EXPECT_EQ(server.metrics().find("zebra"), std::string::npos);
}

TEST(LlmServerTest, SaysWhichAddressItCannotListenOn) {
  RunningServer server;
  Options options = test_options();
  for (const std::string address : {"127.0.0.1", ":80", "127.0.0.1:99999", "127.0.0.1:http"}) {
    options.listen = address;
    try {
      const Server refused(options);
      ADD_FAILURE() << address;
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(), "the address \"" + address + "\" is not host:port");
    }
  }
}

TEST(LlmServerTest, SharesItsAddressWithNobody) {
  RunningServer server;
  Options options = test_options();
  options.listen = server.url().substr(std::string("http://").size());
  EXPECT_THROW(Server{options}, std::runtime_error);
}

}  // namespace
}  // namespace llm_server
