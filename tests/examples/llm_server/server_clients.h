/// Clients of the example server, and what they ask.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <string>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "tests/examples/running_server.h"

namespace tests {

inline constexpr const char* chat = "/v1/chat/completions";
inline nlohmann::json chat_body(int max_tokens = 20) {
  return {{"model", "seadragon-ngram"},
          {"messages", {{{"role", "user"}, {"content", "Tell me about the sea."}}}},
          {"max_tokens", max_tokens},
          {"ignore_eos", true},
          {"seed", 1}};
}

inline nlohmann::json stream_body(int max_tokens = 20) {
  nlohmann::json body = chat_body(max_tokens);
  body["stream"] = true;
  return body;
}

class Client {
 public:
  explicit Client(const RunningServer& server) : client_(server.url()) {
    client_.set_read_timeout(std::chrono::seconds(30));
    client_.set_tcp_nodelay(true);
  }

  httplib::Result post(const char* path, const std::string& body,
                       const std::string& key = "sk-example-anna-1") {
    return client_.Post(path, {{"Authorization", "Bearer " + key}}, body, "application/json");
  }

  httplib::Result get(const char* path, const httplib::Headers& headers = {}) {
    return client_.Get(path, headers);
  }

 private:
  httplib::Client client_;
};

/// A stream read on a thread of its own, until leave() or its end.
class StreamReader {
 public:
  StreamReader(const RunningServer& server, const nlohmann::json& body) : client_(server.url()) {
    client_.set_read_timeout(std::chrono::seconds(30));
    request_.method = "POST";
    request_.path = chat;
    request_.body = body.dump();
    request_.set_header("X-API-Key", "sk-example-anna-1");
    request_.content_receiver = [this](const char* bytes, std::size_t size, std::uint64_t,
                                       std::uint64_t) {
      text_.append(bytes, size);
      return !leaving_;
    };
    ended_ = std::async(std::launch::async, [this] { client_.send(request_); });
  }

  void leave() { leaving_ = true; }

  /// What was received, once the stream has ended.
  const std::string& text() {
    ended_.wait();
    return text_;
  }

 private:
  httplib::Client client_;
  httplib::Request request_;
  std::string text_;
  std::atomic<bool> leaving_ = false;
  std::future<void> ended_;
};

inline nlohmann::json error_of(const httplib::Result& result) {
  return nlohmann::json::parse(result->body).at("error");
}

}  // namespace tests
