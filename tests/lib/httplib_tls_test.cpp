// The same over TLS: httplib::SSLServer as the base.
#include <cstddef>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "seadragon/monitoring/httplib.h"
#include "tests/certificates.h"
#include "tests/eventually.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::tests {
namespace {

TEST(HttplibTlsTest, CountsRequestsOfAnSslServer) {
  const TemporaryFolder folder;
  const KeyAndCertificate own = CertificateAuthority().issue("DNS:localhost");
  folder.write("key.pem", own.key);
  folder.write("certificate.pem", own.certificate);
  monitoring::Monitor monitor({.log = {.console = false, .file = ""}});
  monitoring::httplib::Server<::httplib::SSLServer> server(
      monitor, folder.path("certificate.pem").c_str(), folder.path("key.pem").c_str());
  ASSERT_TRUE(server.is_valid());
  server.Get("/stream", [](const ::httplib::Request&, ::httplib::Response& response) {
    response.set_chunked_content_provider("text/plain", [](std::size_t, auto& sink) {
      sink.write("token", 5);
      sink.done();
      return true;
    });
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { server.listen_after_bind(); });
  ASSERT_TRUE(eventually([&] { return server.is_running(); }));
  {
    ::httplib::SSLClient client("127.0.0.1", port);
    client.enable_server_certificate_verification(false);
    const auto answer = client.Get("/stream");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "token");
    EXPECT_FALSE(answer->get_header_value("X-Request-ID").empty());
  }
  const auto at = [&](const std::string& series) {
    return value_of(monitor.metrics(), "seadragon_http_" + series).value_or(-1);
  };
  EXPECT_TRUE(eventually(
      [&] { return at("outcomes_total{route=\"/stream\",outcome=\"completed\"}") == 1; }));
  EXPECT_EQ(at("requests_total{method=\"GET\",route=\"/stream\",status=\"200\"}"), 1);
  EXPECT_EQ(at("response_bytes_total{route=\"/stream\"}"), 5);
  EXPECT_EQ(at("connection_wait_seconds_count"), 1);
  server.stop();
  serving.join();
  EXPECT_EQ(at("requests_in_flight"), 0);
}

}  // namespace
}  // namespace seadragon::tests
