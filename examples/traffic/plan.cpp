#include "examples/traffic/plan.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace traffic {
namespace {

using nlohmann::json;

constexpr const char* chat_path = "/v1/chat/completions";
constexpr const char* completions_path = "/v1/completions";

constexpr std::array questions = {
    "What is a sea dragon?",
    "Please tell me about the lighthouse, and about the man who keeps its lamp.",
    "How does a harbour wake up?",
    "Why does the ferry wait?",
    "I have never seen the sea. Describe it to me in a few words.",
    "What did the storm leave on the beach?",
};

constexpr std::array beginnings = {
    "In the morning the",
    "The keeper of the lighthouse",
    "Far out on the water",
    "The sea dragon",
};

}  // namespace

Plan::Plan(Options options) : options_(std::move(options)), random_(options_.seed) {}

PlannedRequest Plan::next() {
  std::discrete_distribution<int> kinds(options_.mix.begin(), options_.mix.end());
  return make(static_cast<Kind>(kinds(random_)));
}

PlannedRequest Plan::next_generation() {
  return make(between(1, 3) == 1 ? Kind::plain : Kind::stream);
}

PlannedRequest Plan::next_of_burst() { return chat(/*streams=*/false, /*max_tokens=*/6); }

std::chrono::duration<double> Plan::interval(double rate) {
  return std::chrono::duration<double>(std::exponential_distribution<double>(rate)(random_));
}

PlannedRequest Plan::make(Kind kind) {
  switch (kind) {
    case Kind::stream:
      if (std::bernoulli_distribution(options_.leave_ratio)(random_)) return leaving_stream();
      return chat(/*streams=*/true, between(8, 64));
    case Kind::plain:
      return chat(/*streams=*/false, between(8, 64));
    case Kind::text: {
      const auto last = static_cast<int>(beginnings.size()) - 1;
      const json body = {{"model", options_.model},
                         {"prompt", beginnings[static_cast<std::size_t>(between(0, last))]},
                         {"max_tokens", between(8, 48)}};
      return {"POST", completions_path, completions_path, any_key(), body.dump()};
    }
    case Kind::models:
      return {"GET", "/v1/models", "/v1/models", any_key()};
    case Kind::health:
      return {"GET", "/health", "/health", ""};
    case Kind::bad_json: {
      PlannedRequest request = chat(/*streams=*/false, /*max_tokens=*/8);
      request.body.pop_back();
      return request;
    }
    case Kind::bad_key: {
      PlannedRequest request = chat(/*streams=*/false, /*max_tokens=*/8);
      request.key = "sk-unknown";
      return request;
    }
    case Kind::unknown_model: {
      const json body = {{"model", "no-such-model"}, {"prompt", beginnings[0]}};
      return {"POST", completions_path, completions_path, any_key(), body.dump()};
    }
    case Kind::unknown_route:
      break;
  }
  return {"GET", "/v1/unknown/" + std::to_string(random_()), "unmatched", any_key()};
}

PlannedRequest Plan::chat(bool streams, int max_tokens) {
  const auto last = static_cast<int>(questions.size()) - 1;
  const char* const question = questions[static_cast<std::size_t>(between(0, last))];
  json body = {{"model", options_.model},
               {"messages", {{{"role", "user"}, {"content", question}}}},
               {"max_tokens", max_tokens},
               {"seed", random_() >> 11}};
  if (streams) {
    body["stream"] = true;
    body["stream_options"] = {{"include_usage", true}};
  }
  return {"POST", chat_path, chat_path, any_key(), body.dump(), streams};
}

/// So long that the server cannot have written all of it before it notices that nobody reads.
PlannedRequest Plan::leaving_stream() {
  PlannedRequest request = chat(/*streams=*/true, /*max_tokens=*/4000);
  json body = json::parse(request.body);
  body["ignore_eos"] = true;
  request.body = body.dump();
  request.leaving = Leaving{between(2, 20), std::chrono::milliseconds(between(1000, 8000))};
  return request;
}

const std::string& Plan::any_key() {
  return options_
      .keys[static_cast<std::size_t>(between(0, static_cast<int>(options_.keys.size()) - 1))];
}

int Plan::between(int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random_);
}

}  // namespace traffic
