/// A cpp-httplib server under test, instrumented in each of the two ways, and what its page says.
#pragma once

#include <atomic>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "seadragon/monitoring/httplib.h"
#include "seadragon/monitoring/monitor.h"
#include "tests/eventually.h"
#include "tests/lib/tcp_client.h"
#include "tests/metrics_page.h"

namespace seadragon::tests {

using ::httplib::ContentReader;
using ::httplib::DataSink;
using ::httplib::Request;
using ::httplib::Response;
using HandlerResponse = ::httplib::Server::HandlerResponse;

/// The type of the server was changed.
class DropIn {
 public:
  explicit DropIn(monitoring::Monitor& monitor) : server_(monitor) {}

  template <class Handler>
  void get(const std::string& pattern, Handler handler) {
    server_.Get(pattern, std::move(handler));
  }
  template <class Handler>
  void post(const std::string& pattern, Handler handler) {
    server_.Post(pattern, std::move(handler));
  }
  void before_routing(::httplib::Server::HandlerWithResponse hook) {
    server_.set_pre_routing_handler(std::move(hook));
  }
  void after_routing(::httplib::Server::Handler hook) {
    server_.set_post_routing_handler(std::move(hook));
  }
  bool mount(const std::string& at, const std::string& folder) {
    return server_.set_mount_point(at, folder);
  }
  bool listen_after_bind() { return server_.listen_after_bind(); }
  ::httplib::Server& base() { return server_; }
  monitoring::httplib::Server<>& server() { return server_; }

 private:
  monitoring::httplib::Server<> server_;
};

/// The type of the server was kept; our hooks run around the user's.
class Composed {
 public:
  explicit Composed(monitoring::Monitor& monitor) : monitor_(monitor) {
    before_routing(nullptr);
    after_routing(nullptr);
  }

  template <class Handler>
  void get(const std::string& pattern, Handler handler) {
    server_.Get(pattern, monitoring::httplib::route(monitor_, "GET", pattern, std::move(handler)));
  }
  template <class Handler>
  void post(const std::string& pattern, Handler handler) {
    server_.Post(pattern,
                 monitoring::httplib::route(monitor_, "POST", pattern, std::move(handler)));
  }
  void before_routing(::httplib::Server::HandlerWithResponse hook) {
    server_.set_pre_routing_handler(monitoring::httplib::pre_routing(monitor_, std::move(hook)));
  }
  void after_routing(::httplib::Server::Handler hook) {
    server_.set_post_routing_handler(monitoring::httplib::post_routing(monitor_, std::move(hook)));
  }
  bool mount(const std::string& at, const std::string& folder) {
    return server_.set_mount_point(at, folder);
  }
  bool listen_after_bind() {
    server_.new_task_queue = monitoring::httplib::task_queue(monitor_, server_.new_task_queue);
    return server_.listen_after_bind();
  }
  ::httplib::Server& base() { return server_; }

 private:
  monitoring::Monitor& monitor_;
  ::httplib::Server server_;
};

/// Ends with the law that holds whatever happened: nothing in flight, every request counted once,
/// under one status, with one outcome and one duration, and every error among the errors.
template <class Subject>
class HttplibServerTest : public testing::Test {
 protected:
  HttplibServerTest() {
    subject_.base().set_keep_alive_timeout(1);
    subject_.base().set_tcp_nodelay(true);
  }

  ~HttplibServerTest() override {
    if (thread_.joinable()) {
      EXPECT_TRUE(eventually([&] { return at("requests_in_flight") == 0; }));
      EXPECT_TRUE(eventually([&] { return at("connections_waiting") == 0; }));
      subject_.base().stop();
      thread_.join();
    }
    const std::string page = monitor_.metrics();
    EXPECT_EQ(sum_of(page, "seadragon_http_requests_total"), asked_);
    EXPECT_EQ(sum_of(page, "seadragon_http_outcomes_total"), asked_);
    EXPECT_EQ(sum_of(page, "seadragon_http_errors_total"), errors_by_status(page));
    EXPECT_EQ(sum_of(page, "seadragon_http_request_duration_seconds_count"), asked_);
  }

  void listen() {
    port_ = subject_.base().bind_to_any_port("127.0.0.1");
    ASSERT_GT(port_, 0);
    thread_ = std::thread([this] { subject_.listen_after_bind(); });
    ASSERT_TRUE(eventually([&] { return subject_.base().is_running(); }));
  }

  /// A client that has sent the head of one request, which will be counted.
  TcpClient client(const std::string& method, const std::string& target,
                   const std::string& headers = "") {
    if (!thread_.joinable()) listen();
    TcpClient client(port_);
    ++asked_;
    client.send(head(method, target, headers));
    return client;
  }

  /// The whole answer to one request on a connection of its own. Heads end in CRLF each.
  std::string ask(const std::string& method, const std::string& target,
                  const std::string& headers = "", const std::string& body = "") {
    TcpClient asking = client(method, target, "Connection: close\r\n" + headers);
    asking.send(body);
    return asking.read_all();
  }

  static std::string head(const std::string& method, const std::string& target,
                          const std::string& headers) {
    return method + ' ' + target + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n";
  }
  static std::string length(const std::string& body) {
    return "Content-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  static std::string status_of(const std::string& answer) {
    return answer.size() < 12 ? answer : answer.substr(9, 3);
  }
  static std::string body_of(const std::string& answer) {
    return answer.substr(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
  }
  static std::string header_of(const std::string& answer, const std::string& name) {
    const std::size_t at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
  }

  double at(const std::string& series) {
    return value_of(monitor_.metrics(), "seadragon_http_" + series).value_or(-1);
  }
  double requests(const std::string& method, const std::string& route, int status) {
    return at("requests_total{method=\"" + method + "\",route=\"" + route + "\",status=\"" +
              std::to_string(status) + "\"}");
  }
  double outcomes(const std::string& route, const std::string& outcome) {
    return at("outcomes_total{route=\"" + route + "\",outcome=\"" + outcome + "\"}");
  }
  double bytes(const std::string& direction, const std::string& route) {
    return at(direction + "_bytes_total{route=\"" + route + "\"}");
  }

  // A client has its answer a moment before the server has closed its books on it.

  void expect_requests(double count, const std::string& method, const std::string& route,
                       int status) {
    EXPECT_TRUE(eventually([&] { return requests(method, route, status) == count; }))
        << method << ' ' << route << ' ' << status << ": " << requests(method, route, status);
  }
  void expect_outcomes(double count, const std::string& route, const std::string& outcome) {
    EXPECT_TRUE(eventually([&] { return outcomes(route, outcome) == count; }))
        << route << ' ' << outcome << ": " << outcomes(route, outcome);
  }
  void expect_bytes(double count, const std::string& direction, const std::string& route) {
    EXPECT_TRUE(eventually([&] { return bytes(direction, route) == count; }))
        << direction << ' ' << route << ": " << bytes(direction, route);
  }

  monitoring::Monitor monitor_{{.log = {.console = false, .file = ""}}};
  Subject subject_{monitor_};
  std::thread thread_;
  int port_ = 0;
  int asked_ = 0;
};

using BothSubjects = testing::Types<DropIn, Composed>;

/// Test names say which one it is.
struct SubjectNames {
  template <class Subject>
  static std::string GetName(int) {
    return std::is_same_v<Subject, DropIn> ? "DropIn" : "Composed";
  }
};

}  // namespace seadragon::tests
