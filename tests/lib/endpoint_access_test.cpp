// TLS of an endpoint, against real clients.
#include "tests/lib/endpoint_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/eventually.h"
#include "tests/lib/tcp_client.h"

namespace seadragon::tests {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using EndpointTlsTest = EndpointAccess;

TEST_F(EndpointTlsTest, ServesTlsToWhoTrustsItsCertificate) {
  start(tls_);
  EXPECT_EQ(endpoint_->urls().front(), "https://" + endpoint_->address() + "/metrics");
  const auto client = tls_client();
  client->set_keep_alive(true);
  for (int i = 0; i < 3; ++i) {
    const auto result = client->Get("/metrics");
    ASSERT_EQ(status_of(result), 200);
    EXPECT_EQ(result->body, "page\n");
  }
  ::httplib::SSLClient stranger("127.0.0.1", port_of(endpoint_->address()));
  EXPECT_EQ(status_of(stranger.Get("/metrics")), 0);
}

TEST_F(EndpointTlsTest, TellsAPlainClientToSpeakTls) {
  start(tls_);
  TcpClient client(port_of(endpoint_->address()));
  client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(answer, HasSubstr("HTTPS"));
}

TEST_F(EndpointTlsTest, KeepsToTheVersionsAndSuitesItIsGiven) {
  start(tls_ +
        "  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n");
  const auto client = tls_client();
  EXPECT_EQ(status_of(client->Get("/metrics")), 200);
  SSL_CTX_set_cipher_list(client->ssl_context(), "ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_EQ(status_of(client->Get("/metrics")), 0);
  const auto newer = tls_client();
  SSL_CTX_set_min_proto_version(newer->ssl_context(), TLS1_3_VERSION);
  EXPECT_EQ(status_of(newer->Get("/metrics")), 0);
}

TEST_F(EndpointTlsTest, AsksClientsForACertificateOfItsAuthority) {
  folder_.write("clients.crt", authority_.certificate());
  start(tls_ + "  client_ca_file: clients.crt\n  client_auth_type: RequireAndVerifyClientCert\n");
  EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 0);
  EXPECT_EQ(status_of(tls_client(other_authority_.issue("DNS:a"))->Get("/metrics")), 0);
  EXPECT_EQ(status_of(tls_client(authority_.issue("DNS:a"))->Get("/metrics")), 200);
}

TEST_F(EndpointTlsTest, LetsInOnlyTheNamesThatAreAllowed) {
  folder_.write("clients.crt", authority_.certificate());
  start(tls_ +
        "  client_ca_file: clients.crt\n  client_auth_type: RequireAndVerifyClientCert\n"
        "  client_allowed_sans: [prometheus.example, 10.0.0.7, 'spiffe://a/b']\n");
  const auto status_for = [&](const std::string& names) {
    return status_of(tls_client(authority_.issue(names))->Get("/metrics"));
  };
  EXPECT_EQ(status_for("DNS:prometheus.example"), 200);
  EXPECT_EQ(status_for("DNS:other,IP:10.0.0.7"), 200);
  EXPECT_EQ(status_for("URI:spiffe://a/b"), 200);
  EXPECT_EQ(status_for("DNS:other"), 0);
  EXPECT_EQ(status_for("DNS:prometheus.example.evil"), 0);
}

TEST_F(EndpointTlsTest, VerifiesACertificateThatNobodyHasToHave) {
  folder_.write("clients.crt", authority_.certificate());
  start(tls_ + "  client_ca_file: clients.crt\n  client_auth_type: VerifyClientCertIfGiven\n");
  EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 200);
  EXPECT_EQ(status_of(tls_client(authority_.issue("DNS:a"))->Get("/metrics")), 200);
  EXPECT_EQ(status_of(tls_client(other_authority_.issue("DNS:a"))->Get("/metrics")), 0);
}

TEST_F(EndpointTlsTest, AsksForACertificateThatNobodyHasToHave) {
  start(tls_ + "  client_auth_type: RequestClientCert\n");
  EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 200);
  EXPECT_EQ(status_of(tls_client(other_authority_.issue("DNS:a"))->Get("/metrics")), 200);
}

TEST_F(EndpointTlsTest, TakesAnyCertificateWhereNoneIsVerified) {
  start(tls_ + "  client_auth_type: RequireAnyClientCert\n");
  EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 0);
  EXPECT_EQ(status_of(tls_client(other_authority_.issue("DNS:a"))->Get("/metrics")), 200);
}

TEST_F(EndpointTlsTest, IsRefusedWithAKeyThatBelongsToAnotherCertificate) {
  folder_.write("server.key", authority_.issue("DNS:a").key);
  try {
    start(tls_);
    FAIL() << "accepted";
  } catch (const std::runtime_error& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("web.yml: tls_server_config: the key does not belong"));
  }
}

}  // namespace
}  // namespace seadragon::tests
