#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/monitor.h"
#include "tests/lib/tcp_client.h"

namespace seadragon::monitoring {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using tests::TcpClient;

int port_of(const std::string& address) {
  return std::stoi(address.substr(address.rfind(':') + 1));
}

TEST(MonitorServeTest, ServesThePageOfTheMonitor) {
  Monitor monitor({.log = {.console = false, .file = ""}});
  EXPECT_EQ(monitor.metrics_address(), "");
  ASSERT_TRUE(monitor.serve("127.0.0.1:0"));
  TcpClient client(port_of(monitor.metrics_address()));
  client.send("GET /metrics HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("seadragon_build_info{version=\""));
}

TEST(MonitorServeTest, ServesWithTheOptionsOfAnEndpointAndSaysWhenItIsReady) {
  Monitor monitor({.log = {.console = false, .file = ""}});
  monitor.set_ready(false);
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  options.metrics_path = "/own";
  ASSERT_TRUE(monitor.serve(std::move(options)));
  const auto status_of = [&](const std::string& path) {
    TcpClient client(port_of(monitor.metrics_address()));
    client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return client.read_all().substr(9, 3);
  };
  EXPECT_EQ(status_of("/own"), "200");
  EXPECT_EQ(status_of("/-/ready"), "503");
  monitor.set_ready(true);
  EXPECT_EQ(status_of("/-/ready"), "200");

  EndpointOptions bad;
  bad.web_config_file = "none/web.yml";
  EXPECT_FALSE(monitor.serve(std::move(bad)));
  EXPECT_EQ(status_of("/own"), "200") << "what was served goes on";
}

TEST(MonitorServeTest, GoesOnServingWhenAnotherAddressCannotBeHad) {
  Monitor monitor({.log = {.console = false, .file = ""}});
  ASSERT_TRUE(monitor.serve("127.0.0.1:0"));
  const std::string address = monitor.metrics_address();
  EXPECT_FALSE(monitor.serve("127.0.0.1:99999"));
  EXPECT_FALSE(monitor.serve(address));
  EXPECT_EQ(monitor.metrics_address(), address);
  TcpClient client(port_of(address));
  client.send("GET /-/healthy HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), EndsWith("OK\n"));
}

}  // namespace
}  // namespace seadragon::monitoring
