// Connections that wait for a thread, which no request's duration shows.
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/lib/httplib_server.h"

namespace seadragon::tests {
namespace {

template <class Subject>
class HttplibConnectionsTest : public HttplibServerTest<Subject> {
 protected:
  HttplibConnectionsTest() {
    this->subject_.base().new_task_queue = [] { return new ::httplib::ThreadPool(1); };
    this->subject_.get("/quick", [](const Request&, Response& response) {
      response.set_content("ok", "text/plain");
    });
    this->subject_.get("/slow", [this](const Request&, Response& response) {
      opened_.get_future().wait();
      response.set_content("ok", "text/plain");
    });
  }

  std::promise<void> opened_;
};
TYPED_TEST_SUITE(HttplibConnectionsTest, BothSubjects, SubjectNames);

TYPED_TEST(HttplibConnectionsTest, ShowsConnectionsThatWaitForAThreadAndHowLong) {
  TcpClient slow = this->client("GET", "/slow", "Connection: close\r\n");
  ASSERT_TRUE(eventually([&] { return this->at("requests_in_flight") == 1; }));
  std::vector<TcpClient> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(this->client("GET", "/quick", "Connection: close\r\n"));
  }
  EXPECT_TRUE(eventually([&] { return this->at("connections_waiting") == 3; }));
  EXPECT_EQ(this->at("connection_wait_seconds_count"), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // they wait
  this->opened_.set_value();
  this->expect_requests(3, "GET", "/quick", 200);
  EXPECT_EQ(this->at("connections_waiting"), 0);
  EXPECT_EQ(this->at("connection_wait_seconds_count"), 4);
  EXPECT_GE(this->at("connection_wait_seconds_sum"), 3 * 0.05);
  // To the request itself nothing of that happened.
  EXPECT_LT(this->at("request_duration_seconds_sum{method=\"GET\",route=\"/quick\"}"), 0.15);
}

/// A pool that takes nothing.
template <class Queue, class = void>
class FullQueue : public Queue {
 public:
  void enqueue(std::function<void()>) override {}
  void shutdown() override {}
};
template <class Queue>
class FullQueue<Queue,
                std::enable_if_t<std::is_same_v<bool, decltype(std::declval<Queue&>().enqueue(
                                                          std::function<void()>()))>>>
    : public Queue {
 public:
  bool enqueue(std::function<void()>) override { return false; }
  void shutdown() override {}
};

TYPED_TEST(HttplibConnectionsTest, CountsConnectionsThatThePoolRefuses) {
  this->subject_.base().new_task_queue = [] { return new FullQueue<::httplib::TaskQueue>; };
  this->listen();
  TcpClient client(this->port_);
  EXPECT_TRUE(eventually([&] { return this->at("connections_refused_total") == 1; }));
  EXPECT_EQ(this->at("connections_waiting"), 0);
}

}  // namespace
}  // namespace seadragon::tests
