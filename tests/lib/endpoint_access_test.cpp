// Who may scrape an endpoint and how, against real clients: TLS, certificates, users, limits.
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/ssl.h>

#include "seadragon/monitoring/endpoint.h"
#include "tests/certificates.h"
#include "tests/eventually.h"
#include "tests/lib/tcp_client.h"
#include "tests/temporary_folder.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using tests::eventually;
using tests::TcpClient;

int port_of(const std::string& address) {
  return std::stoi(address.substr(address.rfind(':') + 1));
}

class EndpointAccessTest : public testing::Test {
 protected:
  EndpointAccessTest() { write_server(authority_); }

  void write_server(const CertificateAuthority& authority) {
    const KeyAndCertificate server = authority.issue("IP:127.0.0.1");
    folder_.write("server.key", server.key);
    folder_.write("server.crt", server.certificate);
  }

  void start(const std::string& web_config) {
    folder_.write("web.yml", web_config);
    EndpointOptions options;
    options.address = "127.0.0.1:0";
    options.web_config_file = folder_.path("web.yml");
    options.on_error = [this](const std::string& what) {
      const std::lock_guard lock(mutex_);
      errors_.push_back(what);
    };
    endpoint_ = std::make_unique<Endpoint>(options, [](const Scrape&) {
      return ExpositionAnswer{.body = "page\n", .content_type = "text/plain", .gzip = false};
    });
  }

  std::vector<std::string> errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

  /// One that trusts the authority.
  std::unique_ptr<::httplib::SSLClient> tls_client() {
    folder_.write("authority.crt", authority_.certificate());
    auto client =
        std::make_unique<::httplib::SSLClient>("127.0.0.1", port_of(endpoint_->address()));
    client->set_ca_cert_path(folder_.path("authority.crt").c_str());
    return client;
  }
  std::unique_ptr<::httplib::SSLClient> tls_client(const KeyAndCertificate& own) {
    folder_.write("client.key", own.key);
    folder_.write("client.crt", own.certificate);
    folder_.write("authority.crt", authority_.certificate());
    auto client = std::make_unique<::httplib::SSLClient>("127.0.0.1", port_of(endpoint_->address()),
                                                         folder_.path("client.crt"),
                                                         folder_.path("client.key"));
    client->set_ca_cert_path(folder_.path("authority.crt").c_str());
    return client;
  }
  ::httplib::Client client() {
    return ::httplib::Client("127.0.0.1", port_of(endpoint_->address()));
  }

  const std::string tls_ = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
  // Of "secret", at the least cost that there is.
  const std::string users_ =
      "basic_auth_users:\n  alice: $2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n";

  const CertificateAuthority authority_, other_authority_;
  TemporaryFolder folder_;
  std::mutex mutex_;
  std::vector<std::string> errors_;
  std::unique_ptr<Endpoint> endpoint_;
};

/// 0 when no connection comes about.
int status_of(const ::httplib::Result& result) { return result ? result->status : 0; }

TEST_F(EndpointAccessTest, ServesTlsToWhoTrustsItsCertificate) {
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

TEST_F(EndpointAccessTest, TellsAPlainClientToSpeakTls) {
  start(tls_);
  TcpClient client(port_of(endpoint_->address()));
  client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(answer, HasSubstr("HTTPS"));
}

TEST_F(EndpointAccessTest, OffersNoVersionThatIsBroken) {
  start(tls_);
  const auto client = tls_client();
  SSL_CTX_set_min_proto_version(client->ssl_context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(client->ssl_context(), TLS1_1_VERSION);
  SSL_CTX_set_security_level(client->ssl_context(), 0);
  EXPECT_EQ(status_of(client->Get("/metrics")), 0);
}

TEST_F(EndpointAccessTest, KeepsToTheVersionsAndSuitesItIsGiven) {
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

TEST_F(EndpointAccessTest, AsksClientsForACertificateOfItsAuthority) {
  folder_.write("clients.crt", authority_.certificate());
  start(tls_ + "  client_ca_file: clients.crt\n  client_auth_type: RequireAndVerifyClientCert\n");
  EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 0);
  EXPECT_EQ(status_of(tls_client(other_authority_.issue("DNS:a"))->Get("/metrics")), 0);
  EXPECT_EQ(status_of(tls_client(authority_.issue("DNS:a"))->Get("/metrics")), 200);
}

TEST_F(EndpointAccessTest, LetsInOnlyTheNamesThatAreAllowed) {
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

TEST_F(EndpointAccessTest, TakesAnyCertificateWhereNoneIsVerified) {
  start(tls_ + "  client_auth_type: RequireAnyClientCert\n");
  EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 0);
  EXPECT_EQ(status_of(tls_client(other_authority_.issue("DNS:a"))->Get("/metrics")), 200);
}

TEST_F(EndpointAccessTest, FollowsACertificateThatIsRenewed) {
  start(tls_);
  EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 200);
  const CertificateAuthority renewed;
  write_server(renewed);
  const auto trusts_new = [&] {
    const auto client = tls_client();
    folder_.write("authority.crt", renewed.certificate());
    return status_of(client->Get("/metrics")) == 200;
  };
  EXPECT_TRUE(eventually(trusts_new));
  EXPECT_TRUE(errors().empty());
}

TEST_F(EndpointAccessTest, KeepsWhatItHadWhenTheFileIsBadAndSaysSoOnce) {
  start(tls_);
  folder_.write("web.yml", "tls_server_confg: {}\n");
  const auto client = tls_client();
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(status_of(client->Get("/metrics")), 200);
    return !errors().empty();
  }));
  EXPECT_THAT(errors().front(),
              HasSubstr("web.yml:1: unknown key \"tls_server_confg\", did you mean"));

  folder_.write("web.yml", tls_ + "http_server_config: {headers: {X-Frame-Options: deny}}\n");
  EXPECT_TRUE(eventually(
      [&] { return client->Get("/metrics")->get_header_value("X-Frame-Options") == "deny"; }));
  EXPECT_EQ(errors().size(), 1U);
}

TEST_F(EndpointAccessTest, IsRefusedWithAKeyThatBelongsToAnotherCertificate) {
  folder_.write("server.key", authority_.issue("DNS:a").key);
  try {
    start(tls_);
    FAIL() << "accepted";
  } catch (const std::runtime_error& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("web.yml: tls_server_config: the key does not belong"));
  }
}

TEST_F(EndpointAccessTest, LetsInWhoHasAPassword) {
  start(users_);
  ::httplib::Client user = client();
  for (const char* path : {"/metrics", "/", "/-/healthy"}) {
    const auto refused = user.Get(path);
    EXPECT_EQ(status_of(refused), 401) << path;
    EXPECT_EQ(refused->get_header_value("WWW-Authenticate"), "Basic realm=\"metrics\"");
  }
  user.set_basic_auth("alice", "wrong");
  EXPECT_EQ(status_of(user.Get("/metrics")), 401);
  user.set_basic_auth("bob", "secret");
  EXPECT_EQ(status_of(user.Get("/metrics")), 401);
  user.set_basic_auth("alice", "secret");
  EXPECT_EQ(status_of(user.Get("/metrics")), 200);
  EXPECT_EQ(status_of(user.Get("/-/healthy")), 200);
}

TEST_F(EndpointAccessTest, ForgetsAUserWhoIsTakenOutOfTheFile) {
  start(users_);
  ::httplib::Client user = client();
  user.set_keep_alive(true);
  user.set_basic_auth("alice", "secret");
  EXPECT_EQ(status_of(user.Get("/metrics")), 200);
  std::string other = users_;
  other.replace(other.find("alice"), 5, "carol");
  folder_.write("web.yml", other);
  EXPECT_TRUE(eventually([&] { return status_of(user.Get("/metrics")) == 401; }));
}

TEST_F(EndpointAccessTest, ServesAKnownUserWhileOthersGuessPasswords) {
  start(users_);
  ::httplib::Client user = client();
  user.set_basic_auth("alice", "secret");
  ASSERT_EQ(status_of(user.Get("/metrics")), 200);
  std::atomic<bool> stop = false;
  std::atomic<int> let_in = 0, refused = 0;
  std::vector<std::thread> guessers;
  for (int i = 0; i < 8; ++i) {
    guessers.emplace_back([&, i] {
      ::httplib::Client guesser = client();
      for (int n = 0; !stop; ++n) {
        guesser.set_basic_auth("alice", std::to_string(i) + ' ' + std::to_string(n));
        const int status = status_of(guesser.Get("/metrics"));
        let_in += status == 200;
        refused += status == 401 || status == 503;
      }
    });
  }
  int served = 0;
  EXPECT_TRUE(eventually([&] {
    served += status_of(user.Get("/metrics")) == 200;
    return refused > 50 && served > 50;
  })) << served
      << " served, " << refused << " refused";
  stop = true;
  for (std::thread& guesser : guessers) guesser.join();
  EXPECT_EQ(let_in, 0);
}

TEST_F(EndpointAccessTest, KeepsToItsRate) {
  start("rate_limit: {interval: 1h, burst: 2}\n");
  ::httplib::Client scraper = client();
  EXPECT_EQ(status_of(scraper.Get("/metrics")), 200);
  EXPECT_EQ(status_of(scraper.Get("/metrics")), 200);
  const auto refused = scraper.Get("/metrics");
  EXPECT_EQ(status_of(refused), 429);
  EXPECT_EQ(refused->get_header_value("Retry-After"), "1");
}

}  // namespace
}  // namespace seadragon::monitoring
