// CivetWeb's C++ API without interception.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "seadragon/monitoring/civetweb.h"
#include "tests/lib/civetweb_server.h"

namespace seadragon::monitoring {
namespace {

using tests::eventually;
using tests::status_of;
using tests::TcpClient;

void answer(mg_connection* connection, const char* status) {
  mg_printf(connection, "HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok", status);
}

/// Implements some verbs by the one overload and some by the other.
class Verbs : public CivetHandler {
 public:
  bool handleGet(CivetServer*, mg_connection* connection) override {
    answer(connection, "200 OK");
    return true;
  }
  bool handlePost(CivetServer* server, mg_connection* connection, int* status) override {
    EXPECT_EQ(server->getUserContext(), this);
    answer(connection, "202 Accepted");
    *status = 202;
    return true;
  }
  bool handlePatch(CivetServer*, mg_connection* connection, int* status) override {
    answer(connection, "409 Conflict");
    *status = 409;
    return true;
  }
};

class Socket : public CivetWebSocketHandler {
 public:
  void handleReadyState(CivetServer*, mg_connection* connection) override {
    mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_TEXT, "hello", 5);
  }
  void handleClose(CivetServer*, const mg_connection*) override { ++closed; }

  std::atomic<int> closed = 0;
};

class CivetServerTest : public tests::CivetwebFixture {
 protected:
  void start(const CivetCallbacks* callbacks = nullptr) {
    server_ = std::make_unique<civetweb::Server>(
        monitor_, std::vector<std::string>{"listening_ports", "127.0.0.1:0", "num_threads", "2"},
        callbacks, &verbs_);
    server_->addHandler("/verbs", verbs_);
  }
  ~CivetServerTest() override {
    if (server_) {
      tests::stop_awake(server_->getListeningPorts().at(0), [&] { server_->close(); });
    }
  }

  std::string ask(const std::string& method, const std::string& path) {
    TcpClient client(server_->getListeningPorts().at(0));
    client.send(method + " " + path + " HTTP/1.0\r\nContent-Length: 0\r\n\r\n");
    return client.read_all();
  }

  Verbs verbs_;
  std::unique_ptr<civetweb::Server> server_;
};

TEST_F(CivetServerTest, CountsByRouteWhateverOverloadAnswers) {
  start();
  EXPECT_EQ(status_of(ask("GET", "/verbs")), "200");
  EXPECT_EQ(status_of(ask("POST", "/verbs")), "202");
  EXPECT_EQ(status_of(ask("PATCH", "/verbs")), "409");
  EXPECT_TRUE(is_one([&] { return requests("GET", "/verbs", "unknown"); }));  // true tells nothing
  EXPECT_TRUE(is_one([&] { return requests("POST", "/verbs", "202"); }));
  EXPECT_TRUE(is_one([&] { return requests("PATCH", "/verbs", "409"); }));
}

TEST_F(CivetServerTest, CountsAVerbThatTheHandlerLacks) {
  start();
  EXPECT_EQ(status_of(ask("PUT", "/verbs")), "405");
  EXPECT_TRUE(is_one([&] { return requests("PUT", "/verbs", "405"); }));
}

TEST_F(CivetServerTest, CountsWhatNoHandlerTookAndAfterRemoval) {
  start();
  server_->removeHandler("/verbs");
  EXPECT_EQ(status_of(ask("GET", "/verbs")), "404");
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "404"); }));
}

TEST_F(CivetServerTest, KeepsTheUsersCallbacks) {
  static std::atomic<int> closed;
  closed = 0;
  CivetCallbacks callbacks;
  callbacks.begin_request = [](mg_connection* connection) {
    answer(connection, "401 Unauthorized");
    return 401;
  };
  callbacks.connection_close = [](const mg_connection*) { ++closed; };
  start(&callbacks);
  EXPECT_EQ(status_of(ask("GET", "/verbs")), "401");
  EXPECT_TRUE(is_one([&] { return requests("GET", "unmatched", "401"); }));
  EXPECT_TRUE(eventually([&] { return closed == 1; }));
}

TEST_F(CivetServerTest, TakesOptionsOfBothTypesAndReportsAServerThatCannotStart) {
  const char* options[] = {"listening_ports", "127.0.0.1:0", nullptr};
  civetweb::Server server(monitor_, options);
  EXPECT_NE(server.getContext(), nullptr);
  tests::stop_awake(server.getListeningPorts().at(0), [&] { server.close(); });
  const std::vector<std::string> wrong = {"no_such_option", "1"};
  for (int i = 0; i < 70; ++i) {  // more than there are places
    EXPECT_THROW(civetweb::Server(monitor_, wrong), CivetException);
  }
}

TEST_F(CivetServerTest, CountsAWebSocketUntilItIsClosed) {
  ASSERT_NE(mg_check_feature(MG_FEATURES_WEBSOCKET), 0U);
  start();
  Socket socket;
  server_->addWebSocketHandler("/socket", socket);
  TcpClient client(server_->getListeningPorts().at(0));
  client.send(
      "GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  client.read_until("hello");
  EXPECT_EQ(at("requests_in_flight"), 1);
  server_->removeWebSocketHandler("/socket");  // the connection lives on
  client.reset();
  EXPECT_TRUE(is_one([&] { return requests("GET", "/socket", "101"); }));
  EXPECT_EQ(socket.closed, 1);
}

}  // namespace
}  // namespace seadragon::monitoring
