#include "examples/llm_server/completion_request.h"

#include <nlohmann/json.hpp>

#include "examples/llm_server/tokenizer.h"

namespace llm_server {
namespace {

using nlohmann::json;

/// The field, or null when it is absent or null.
const json* find(const json& object, const std::string& name) {
  const auto field = object.find(name);
  return field == object.end() || field->is_null() ? nullptr : &*field;
}

const json& require(const json& object, const std::string& name) {
  if (const json* field = find(object, name)) return *field;
  throw InvalidRequest("\"" + name + "\" is missing");
}

std::string string_of(const json& field, const std::string& name) {
  if (!field.is_string()) throw InvalidRequest("\"" + name + "\" must be a string");
  return field.get<std::string>();
}

bool bool_or_false(const json& object, const std::string& name) {
  const json* field = find(object, name);
  if (field == nullptr) return false;
  if (!field->is_boolean()) throw InvalidRequest("\"" + name + "\" must be true or false");
  return field->get<bool>();
}

std::string prompt_of(const json& messages) {
  if (!messages.is_array() || messages.empty()) {
    throw InvalidRequest("\"messages\" must be an array of at least one message");
  }
  std::string prompt;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string place = "messages[" + std::to_string(i) + "]";
    if (!messages[i].is_object()) throw InvalidRequest("\"" + place + "\" must be an object");
    for (const char* name : {"role", "content"}) {
      const json* field = find(messages[i], name);
      if (field == nullptr || !field->is_string()) {
        throw InvalidRequest("\"" + place + "." + name + "\" must be a string");
      }
    }
    prompt += messages[i]["content"].get<std::string>();
    prompt += paragraph_end;
  }
  return prompt;
}

}  // namespace

CompletionRequest parse_completion_request(CompletionKind kind, std::string_view body) {
  const json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) throw InvalidRequest("the body is not valid JSON");
  if (!object.is_object()) throw InvalidRequest("the body must be a JSON object");

  CompletionRequest request;
  request.kind = kind;
  request.model = string_of(require(object, "model"), "model");
  request.prompt = kind == CompletionKind::chat ? prompt_of(require(object, "messages"))
                                                : string_of(require(object, "prompt"), "prompt");
  if (const json* field = find(object, "max_tokens")) {
    if (!field->is_number_unsigned() || *field < 1U || *field > max_max_tokens) {
      throw InvalidRequest("\"max_tokens\" must be a whole number from 1 to " +
                           std::to_string(max_max_tokens));
    }
    request.max_tokens = field->get<std::size_t>();
  }
  if (const json* field = find(object, "temperature")) {
    if (!field->is_number() || *field < 0 || *field > 2) {
      throw InvalidRequest("\"temperature\" must be a number from 0 to 2");
    }
    request.temperature = field->get<double>();
  }
  if (const json* field = find(object, "seed")) {
    if (!field->is_number_integer()) throw InvalidRequest("\"seed\" must be a whole number");
    request.seed = field->get<std::uint64_t>();
  }
  request.stream = bool_or_false(object, "stream");
  request.ignore_eos = bool_or_false(object, "ignore_eos");
  if (const json* field = find(object, "stream_options")) {
    if (!field->is_object()) throw InvalidRequest("\"stream_options\" must be an object");
    request.include_usage = bool_or_false(*field, "include_usage");
  }
  return request;
}

}  // namespace llm_server
