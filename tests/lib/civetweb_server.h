/// A CivetWeb server in the test's hands, and what its Monitor says about it. Nothing here calls a
/// function that interception replaces, so files with and without it share this one.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <civetweb.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/eventually.h"
#include "tests/lib/tcp_client.h"
#include "tests/metrics_page.h"

namespace seadragon::tests {

/// Port of the first listening socket; 0 if there is none.
inline int port_of(const mg_context* context) {
  mg_server_port ports[4] = {};
  return context != nullptr && mg_get_server_ports(context, 4, ports) > 0 ? ports[0].port : 0;
}

/// Starts one on a port of its own.
inline mg_context* start_civetweb(const mg_callbacks& callbacks, void* user_data,
                                  std::vector<const char*> more_options = {}) {
  std::vector<const char*> options = {"num_threads",           "4",   "enable_keep_alive", "yes",
                                      "keep_alive_timeout_ms", "1000"};
  options.insert(options.end(), more_options.begin(), more_options.end());
  bool has_port = false;
  for (const char* option : options) has_port |= std::string_view(option) == "listening_ports";
  if (!has_port) options.insert(options.end(), {"listening_ports", "127.0.0.1:0"});
  options.push_back(nullptr);
  return mg_start(&callbacks, user_data, options.data());
}

/// Calls `stop`, which waits for a server's threads. The one that accepts looks only every 2 s
/// whether it shall end, unless somebody connects.
inline void stop_awake(int port, const std::function<void()>& stop) {
  std::atomic<bool> has_stopped = false;
  std::thread waker([&] {
    while (!has_stopped) {
      try {
        const TcpClient wakes_it(port);
      } catch (const std::runtime_error&) {  // it listens no more
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  stop();
  has_stopped = true;
  waker.join();
}

inline void stop_civetweb(mg_context* context) {
  stop_awake(port_of(context), [&] { mg_stop(context); });
}

/// The value of a header, "" if there is none; everything behind it if it comes twice.
inline std::string header_of(const std::string& answer, const std::string& name) {
  const std::string line = "\r\n" + name + ": ";
  const auto found = answer.find(line);
  if (found == std::string::npos || found > answer.find("\r\n\r\n")) return "";
  const std::string rest = answer.substr(found + line.size());
  const bool is_twice = rest.substr(0, rest.find("\r\n\r\n")).find(line) != std::string::npos;
  return is_twice ? rest : rest.substr(0, rest.find("\r\n"));
}

inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

inline std::string status_of(const std::string& answer) {
  return answer.size() < 12 ? answer : answer.substr(9, 3);
}

class CivetwebFixture : public testing::Test {
 protected:
  ~CivetwebFixture() override {
    stop();
    // Whatever was started has finished, and every error is among the errors.
    EXPECT_EQ(at("requests_in_flight"), 0);
    const std::string page = monitor_.metrics();
    EXPECT_EQ(sum_of(page, "seadragon_http_errors_total"), errors_by_status(page));
  }

  void stop() {
    if (context_ != nullptr) stop_civetweb(std::exchange(context_, nullptr));
  }

  /// The whole answer to a request on a connection of its own.
  std::string ask(const std::string& method, const std::string& path,
                  const std::string& headers = "", const std::string& body = "") const {
    TcpClient client(port_of(context_));
    client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers +
                (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
                "\r\n" + body);
    return client.read_all();
  }

  double at(const std::string& series) const {
    return value_of(monitor_.metrics(), "seadragon_http_" + series).value_or(-1);
  }
  double requests(const std::string& method, const std::string& route,
                  const std::string& status) const {
    return at("requests_total{method=\"" + method + "\",route=\"" + route + "\",status=\"" +
              status + "\"}");
  }
  double outcomes(const std::string& route, const std::string& outcome) const {
    return at("outcomes_total{route=\"" + route + "\",outcome=\"" + outcome + "\"}");
  }
  double response_bytes(const std::string& route) const {
    return at("response_bytes_total{route=\"" + route + "\"}");
  }
  /// A client has its answer a moment before the server has closed its books on it.
  bool becomes(double expected, const std::function<double()>& value) const {
    return eventually([&] { return value() == expected && at("requests_in_flight") == 0; });
  }
  bool is_one(const std::function<double()>& value) const { return becomes(1, value); }

  monitoring::Monitor monitor_{{.log = {.console = false, .file = ""}}};
  mg_callbacks callbacks_{};
  mg_context* context_ = nullptr;
};

}  // namespace seadragon::tests
