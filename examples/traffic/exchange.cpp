#include "examples/traffic/exchange.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "examples/traffic/event_stream.h"

namespace traffic {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

void read_usage(const std::string& body, Seen& seen) {
  const json answer = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object() || !answer.contains("usage")) return;
  seen.prompt_tokens = answer["usage"].value("prompt_tokens", std::uint64_t{0});
  seen.completion_tokens = answer["usage"].value("completion_tokens", std::uint64_t{0});
}

}  // namespace

Exchange::Exchange(const std::string& target, PlannedRequest request)
    : request_(std::move(request)), client_(target) {
  client_.set_keep_alive(false);
  client_.set_follow_location(false);
  client_.set_tcp_nodelay(true);
  client_.set_connection_timeout(30);
  // Longer than any time limit a server should have: who gives up first decides what is counted.
  client_.set_read_timeout(600);
}

Seen Exchange::perform() {
  const auto begin = Clock::now();
  Seen seen;
  EventStream events;

  httplib::Request request;
  request.method = request_.method;
  request.path = request_.path;
  request.body = request_.body;
  if (!request_.key.empty()) request.set_header("Authorization", "Bearer " + request_.key);
  if (!request_.body.empty()) request.set_header("Content-Type", "application/json");
  std::string body;
  request.response_handler = [&](const httplib::Response& response) {
    seen.status = response.status;
    return true;
  };
  request.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t,
                                 std::uint64_t) {
    if (!request_.streams || seen.status != 200) {
      body.append(bytes, size);
      return true;
    }
    events.read({bytes, size});
    seen.left = request_.leaving && (events.tokens() >= request_.leaving->tokens ||
                                     Clock::now() - begin >= request_.leaving->patience);
    return !seen.left;
  };

  const bool succeeded = static_cast<bool>(client_.send(request));
  seen.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  seen.complete = succeeded && (seen.status != 200 || !request_.streams || events.is_complete());
  if (seen.complete && request_.streams && seen.status == 200) {
    seen.prompt_tokens = events.prompt_tokens();
    seen.completion_tokens = events.completion_tokens();
  } else if (seen.complete) {
    read_usage(body, seen);
  }
  return seen;
}

}  // namespace traffic
