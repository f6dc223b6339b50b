// The same over TLS: httplib::SSLServer as the base.
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "seadragon/monitoring/httplib.h"
#include "tests/eventually.h"
#include "tests/metrics_page.h"

namespace seadragon::tests {
namespace {

/// A key and a certificate of its own, in files.
class Certificate {
 public:
  Certificate() {
    std::filesystem::create_directories(folder_);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    FILE* file = std::fopen(certificate_file().c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    file = std::fopen(key_file().c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }

  std::string certificate_file() const { return folder_ / "certificate.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

 private:
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("seadragon-tls-" + std::to_string(::getpid()));
};

TEST(HttplibTlsTest, CountsRequestsOfAnSslServer) {
  const Certificate certificate;
  monitoring::Monitor monitor({.log = {.console = false, .file = ""}});
  monitoring::httplib::Server<::httplib::SSLServer> server(
      monitor, certificate.certificate_file().c_str(), certificate.key_file().c_str());
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
