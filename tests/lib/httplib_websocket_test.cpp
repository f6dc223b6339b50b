// WebSockets, where the version of cpp-httplib has them.
#include <string>

#include <gtest/gtest.h>

#include "tests/lib/httplib_server.h"

namespace seadragon::tests {
namespace {

constexpr char upgrade[] =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A type that depends on `Any`, so that older versions need not have what is asked of it.
template <class Any, class Server>
using Depending = std::enable_if_t<sizeof(Any) != 0, Server>;

template <class Subject>
class HttplibWebSocketTest : public HttplibServerTest<Subject> {
 protected:
  template <class Any = Subject>
  void serve_socket() {
    if constexpr (monitoring::httplib::detail::has_websockets) {
      const auto handler = [](const Request&, auto& socket) {
        std::string message;
        while (socket.read(message)) {
        }
      };
      if constexpr (std::is_same_v<Any, DropIn>) {
        this->subject_.server().WebSocket("/socket", handler);
      } else {
        Depending<Any, ::httplib::Server>& server = this->subject_.base();
        server.WebSocket("/socket",
                         monitoring::httplib::route(this->monitor_, "GET", "/socket", handler));
      }
    }
  }
};
TYPED_TEST_SUITE(HttplibWebSocketTest, BothSubjects, SubjectNames);

TYPED_TEST(HttplibWebSocketTest, CountsAnAcceptedSocketOnceWhenItCloses) {
  this->serve_socket();
  if (!monitoring::httplib::detail::has_websockets) {  // they came with 0.33
    EXPECT_EQ(this->status_of(this->client("GET", "/socket", upgrade).read_until("\r\n\r\n")),
              "404");
    this->expect_requests(1, "GET", "unmatched", 404);
    return;
  }
  {
    TcpClient client = this->client("GET", "/socket", upgrade);
    EXPECT_EQ(this->status_of(client.read_until("\r\n\r\n")), "101");
    EXPECT_EQ(this->at("requests_in_flight"), 1);
  }
  this->expect_requests(1, "GET", "/socket", 101);
  this->expect_outcomes(1, "/socket", "completed");
}

TYPED_TEST(HttplibWebSocketTest, CountsASocketThatNobodyServesOnce) {
  int hooks = 0;
  this->subject_.before_routing([&](const Request&, Response&) {
    ++hooks;
    return HandlerResponse::Unhandled;
  });
  TcpClient client = this->client("GET", "/nobody", upgrade);
  EXPECT_EQ(this->status_of(client.read_until("\r\n\r\n")), "404");
  this->expect_requests(1, "GET", "unmatched", 404);
  EXPECT_EQ(hooks, monitoring::httplib::detail::has_websockets ? 2 : 1);
}

TYPED_TEST(HttplibWebSocketTest, CountsARefusedSocket) {
  this->serve_socket();
  this->subject_.before_routing([](const Request&, Response& response) {
    response.status = 401;
    return HandlerResponse::Handled;
  });
  TcpClient client = this->client("GET", "/socket", upgrade);
  EXPECT_EQ(this->status_of(client.read_until("\r\n\r\n")), "401");
  EXPECT_TRUE(eventually(
      [&] { return sum_of(this->monitor_.metrics(), "seadragon_http_requests_total") == 1; }));
}

}  // namespace
}  // namespace seadragon::tests
