/// The real server on a free port, without log and as fast as a test needs it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "examples/llm_server/server.h"
#include "tests/examples/metrics_page.h"

namespace tests {

inline llm_server::Options test_options() {
  llm_server::Options options;
  options.listen = "127.0.0.1:0";
  options.metrics = "127.0.0.1:0";
  options.log.console = false;
  options.log.file = "";
  options.tokens_per_second = 2'000;
  return options;
}

class RunningServer {
 public:
  explicit RunningServer(const llm_server::Options& options = test_options()) : server_(options) {}

  std::string url() const { return "http://" + server_.address(); }
  std::string metrics() const { return server_.monitor().metrics(); }
  void stop() { server_.stop(); }

  double value(const std::string& series) const { return value_of(metrics(), series); }

  /// Waits until the series has the value; false when that takes longer than 20 s.
  bool reaches(const std::string& series, double value) const {
    return becomes([&] { return this->value(series) == value; });
  }

  /// Waits until the condition holds; false when that takes longer than 20 s.
  static bool becomes(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

 private:
  llm_server::Server server_;
};

}  // namespace tests
