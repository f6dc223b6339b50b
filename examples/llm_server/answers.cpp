#include "examples/llm_server/answers.h"

#include <chrono>
#include <random>

#include <nlohmann/json.hpp>

namespace llm_server {
namespace {

using json = nlohmann::ordered_json;

/// A path may hold any byte; an error about it must still be valid JSON.
std::string text_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::int64_t unix_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::string make_id(const std::string& prefix) {
  thread_local std::mt19937_64 random(std::random_device{}());
  constexpr char digits[] = "0123456789abcdef";
  std::string id = prefix;
  for (int i = 0; i < 24; ++i) id += digits[random() % 16];
  return id;
}

json finish_reason(std::optional<Ending> ending) {
  if (!ending) return nullptr;
  return *ending == Ending::length ? "length" : "stop";
}

json usage_of(Usage usage) {
  return {{"prompt_tokens", usage.prompt_tokens},
          {"completion_tokens", usage.completion_tokens},
          {"total_tokens", usage.prompt_tokens + usage.completion_tokens}};
}

std::string event_of(const json& object) { return "data: " + text_of(object) + "\n\n"; }

}  // namespace

Answer::Answer(const CompletionRequest& request)
    : kind_(request.kind),
      model_(request.model),
      id_(make_id(kind_ == CompletionKind::chat ? "chatcmpl-" : "cmpl-")),
      created_(unix_time()) {}

json Answer::fields(const char* chat_object) const {
  return {{"id", id_},
          {"object", kind_ == CompletionKind::chat ? chat_object : "text_completion"},
          {"created", created_},
          {"model", model_}};
}

std::string Answer::whole(const std::string& text, Ending ending, Usage usage) const {
  json choice = {{"index", 0}};
  if (kind_ == CompletionKind::chat) {
    choice["message"] = {{"role", "assistant"}, {"content", text}};
  } else {
    choice["text"] = text;
  }
  choice["finish_reason"] = finish_reason(ending);
  json body = fields("chat.completion");
  body["choices"] = json::array({choice});
  body["usage"] = usage_of(usage);
  return text_of(body);
}

std::string Answer::event(const std::string& token, std::optional<Ending> ending) const {
  json choice = {{"index", 0}};
  if (kind_ == CompletionKind::chat) {
    choice["delta"] = ending ? json::object() : json{{"content", token}};
  } else {
    choice["text"] = token;
  }
  choice["finish_reason"] = finish_reason(ending);
  json body = fields("chat.completion.chunk");
  body["choices"] = json::array({choice});
  return event_of(body);
}

std::string Answer::chunk(const std::string& token) const { return event(token, std::nullopt); }

std::string Answer::last_chunk(Ending ending) const { return event("", ending); }

std::string Answer::usage_chunk(Usage usage) const {
  json body = fields("chat.completion.chunk");
  body["choices"] = json::array();
  body["usage"] = usage_of(usage);
  return event_of(body);
}

Problem problem_of(Ending ending) {
  switch (ending) {
    case Ending::timeout:
      return {504, "The request took longer than the time limit.", "timeout_error", "timeout"};
    case Ending::shutdown:
      return {503, "The server is shutting down.", "server_error", "shutting_down"};
    case Ending::cancelled:
      return {503, "The request was cancelled.", "server_error", "cancelled"};
    case Ending::stop:
    case Ending::length:
    case Ending::failed:
      break;
  }
  return {500, "The generation failed.", "server_error", "internal_error"};
}

std::string error_body(const Problem& problem) {
  return text_of(
      {{"error", {{"message", problem.message}, {"type", problem.type}, {"code", problem.code}}}});
}

std::string models_body(const std::string& model) {
  return text_of(
      {{"object", "list"},
       {"data", json::array({{{"id", model}, {"object", "model"}, {"owned_by", "seadragon"}}})}});
}

}  // namespace llm_server
