#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lib/own_server_adapter.h"
#include "tests/metrics_page.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using tests::value_of;

class OwnServerTest : public testing::Test {
 protected:
  ~OwnServerTest() override { EXPECT_EQ(at("requests_in_flight"), 0); }

  double at(const std::string& series) {
    return value_of(monitor_.metrics(), "seadragon_http_" + series).value_or(-1);
  }

  Monitor monitor_{{.log = {.console = false, .file = ""}}};
  own::Handler chat_ = monitored(monitor_, "POST", "/chat",
                                 [](const own::Request& request, own::Connection& connection) {
                                   if (request.body == "bad")
                                     throw std::runtime_error("no such model");
                                   connection.head(200);
                                   connection.write("hello ");
                                   connection.write("world");
                                 });
};

TEST_F(OwnServerTest, CountsAnAnswerAndItsBytes) {
  own::Connection connection;
  chat_({"POST", "/chat", "four", {{"X-Request-ID", "9f3c"}}}, connection);
  EXPECT_EQ(at(R"(requests_total{method="POST",route="/chat",status="200"})"), 1);
  EXPECT_EQ(at(R"(outcomes_total{route="/chat",outcome="completed"})"), 1);
  EXPECT_EQ(at(R"(request_bytes_total{route="/chat"})"), 4);
  EXPECT_EQ(at(R"(response_bytes_total{route="/chat"})"), 11);
  EXPECT_EQ(at(R"(time_to_first_byte_seconds_count{route="/chat"})"), 1);
  EXPECT_EQ(connection.sent().at("X-Request-ID"), "9f3c");
  EXPECT_LT(std::stod(connection.sent().at("X-Process-Time")), 1);
}

TEST_F(OwnServerTest, TellsAClientThatLeft) {
  own::Connection connection(/*patience=*/8);
  chat_({"POST", "/chat", "", {}}, connection);
  EXPECT_EQ(at(R"(outcomes_total{route="/chat",outcome="client_abort"})"), 1);
  EXPECT_EQ(at(R"(response_bytes_total{route="/chat"})"), 6);
}

TEST_F(OwnServerTest, CountsAHandlerThatThrowsWithoutAStatus) {
  own::Connection connection;
  EXPECT_THROW(chat_({"POST", "/chat", "bad", {}}, connection), std::runtime_error);
  EXPECT_EQ(at(R"(outcomes_total{route="/chat",outcome="server_abort"})"), 1);
  EXPECT_EQ(at(R"(requests_total{method="POST",route="/chat",status="unknown"})"), 1);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path << ": to be found from the root of the repository";
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(HttpPageTest, ShowsTheAdapterThatIsTestedHere) {
  const std::string adapter = text_of("tests/lib/own_server_adapter.h");
  EXPECT_THAT(text_of("docs/http.md"),
              HasSubstr("```cpp\n" + adapter.substr(adapter.find("/// `handler`")) + "```"));
}

}  // namespace
}  // namespace seadragon::monitoring
