#include <cstdlib>

#include <gtest/gtest.h>

#include "exporter/http_client.h"
#include "tests/exporter/servers.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

using namespace std::chrono_literals;

/// An authority that nobody trusts, and certificates of it.
class HttpClientTlsTest : public testing::Test {
 protected:
  HttpClientTlsTest() { run("req -x509 -subj /CN=authority", "authority"); }
  ~HttpClientTlsTest() override { ::unsetenv("SSL_CERT_FILE"); }

  /// A server on 127.0.0.1 whose certificate is for `names`, "DNS:a,IP:b" say.
  PageServer server_for(const std::string& names) const {
    run("req -x509 -subj /CN=localhost -addext subjectAltName=" + names + " -CA " +
            folder_.path("authority.pem") + " -CAkey " + folder_.path("authority.key"),
        "server");
    return PageServer("x 1\n", folder_.path("server.pem"), folder_.path("server.key"));
  }

  void trust_the_authority() const {
    ::setenv("SSL_CERT_FILE", folder_.path("authority.pem").c_str(), 1);
  }

  static HttpOutcome read(const std::string& host, int port) {
    const HttpRequest request{.url = "https://" + host + ":" + std::to_string(port) + "/metrics",
                              .limits = {.time = 20s, .body_bytes = 1000}};
    return HttpClient().get_all({&request, 1}, {}).front();
  }

 private:
  void run(const std::string& command, const std::string& name) const {
    const std::string whole = "openssl " + command +
                              " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout " +
                              folder_.path(name + ".key") + " -out " + folder_.path(name + ".pem") +
                              " 2> " + folder_.path("log");
    EXPECT_EQ(std::system(whole.c_str()), 0) << whole;
  }

  const TemporaryFolder folder_;
};

TEST_F(HttpClientTlsTest, ReadsAServerWhoseAuthorityItTrusts) {
  const PageServer server = server_for("DNS:localhost,IP:127.0.0.1");
  trust_the_authority();
  for (const char* const host : {"localhost", "127.0.0.1"}) {
    const HttpOutcome outcome = read(host, server.port());
    EXPECT_EQ(outcome.failure, "") << host;
    EXPECT_EQ(outcome.body, "x 1\n") << host;
  }
}

TEST_F(HttpClientTlsTest, RefusesACertificateOfAStranger) {
  const PageServer server = server_for("DNS:localhost");
  EXPECT_EQ(read("localhost", server.port()).failure,
            "its certificate is refused: unable to get local issuer certificate");
}

TEST_F(HttpClientTlsTest, TellsWhenACertificateExpiresEvenOneItRefuses) {
  const PageServer server = server_for("DNS:localhost");
  const auto days_left = [&](const std::string& host) {
    const auto expiry = read(host, server.port()).certificate_expiry;
    const std::chrono::duration<double> left = expiry.value() - std::chrono::system_clock::now();
    return left / 24h;
  };
  EXPECT_NEAR(days_left("localhost"), 30, 0.1);  // of a stranger
  trust_the_authority();
  EXPECT_NEAR(days_left("localhost"), 30, 0.1);
  EXPECT_NEAR(days_left("127.0.0.1"), 30, 0.1);  // of another name
  EXPECT_EQ(read("localhost", PageServer("x 1\n").port()).certificate_expiry, std::nullopt);
}

TEST_F(HttpClientTlsTest, RefusesACertificateOfAnotherName) {
  const PageServer server = server_for("DNS:elsewhere");
  trust_the_authority();
  EXPECT_EQ(read("localhost", server.port()).failure,
            "its certificate is refused: hostname mismatch");
}

TEST_F(HttpClientTlsTest, RefusesACertificateOfAnotherAddress) {
  const PageServer server = server_for("DNS:127.0.0.1,IP:127.0.0.2");
  trust_the_authority();
  EXPECT_EQ(read("127.0.0.1", server.port()).failure,
            "its certificate is refused: IP address mismatch");
}

TEST_F(HttpClientTlsTest, TellsThatAServerSpeaksNoTls) {
  const PageServer server("x 1\n");
  EXPECT_EQ(read("127.0.0.1", server.port()).failure, "no TLS: wrong version number");
}

TEST_F(HttpClientTlsTest, LeavesAServerThatNeverShakesHands) {
  const SilentServer server;
  const HttpRequest request{.url = "https://127.0.0.1:" + std::to_string(server.port()),
                            .limits = {.time = 100ms, .body_bytes = 1000}};
  EXPECT_EQ(HttpClient().get_all({&request, 1}, {}).front().failure, "no answer within 100 ms");
}

}  // namespace
}  // namespace seadragon::exporter
