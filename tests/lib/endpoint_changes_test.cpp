// What becomes of an endpoint whose web configuration changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/eventually.h"
#include "tests/lib/endpoint_access.h"
#include "tests/lib/tcp_client.h"

namespace seadragon::tests {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

using EndpointChangesTest = EndpointAccess;

TEST_F(EndpointChangesTest, FollowsACertificateThatIsRenewed) {
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

TEST_F(EndpointChangesTest, TellsWhenACertificateExpiresAndThatOfItsSuccessor) {
  start(tls_);
  EXPECT_THAT(hours_left(), ElementsAre(DoubleNear(1, 0.1)));
  write_server(authority_.issue("IP:127.0.0.1", 7200));
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(status_of(tls_client()->Get("/metrics")), 200);
    return hours_left().size() > 1;
  }));
  EXPECT_THAT(hours_left(), ElementsAre(DoubleNear(1, 0.1), DoubleNear(2, 0.1)));
}

TEST_F(EndpointChangesTest, TellsOfNoCertificateInPlainHttp) {
  start(users_);
  EXPECT_EQ(status_of(client().Get("/metrics")), 401);
  EXPECT_THAT(hours_left(), ElementsAre());
}

TEST_F(EndpointChangesTest, KeepsWhatItHadWhenTheFileIsBadAndSaysSoOnce) {
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

TEST_F(EndpointChangesTest, IsNotOpenedByAFileThatLosesItsUsers) {
  start(users_);
  ::httplib::Client stranger = client();
  folder_.write("web.yml", "");
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(status_of(stranger.Get("/metrics")), 401);
    return !errors().empty();
  }));
  EXPECT_THAT(errors().front(), HasSubstr("web.yml has no users any more, which takes a restart"));
}

TEST_F(EndpointChangesTest, GoesOnWithTlsWhenTheFileLosesIt) {
  start(tls_);
  const auto client = tls_client();
  folder_.write("web.yml", "");
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(status_of(client->Get("/metrics")), 200);
    return !errors().empty();
  }));
  EXPECT_THAT(errors().front(), HasSubstr("web.yml has no TLS any more, which takes a restart"));
}

TEST_F(EndpointChangesTest, EndsConnectionsThatCameBeforeThePolicy) {
  start("");
  TcpClient early(port_of(endpoint_->address()));
  early.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(early.read_until("OK\n"), HasSubstr("200 OK"));
  folder_.write("web.yml", tls_);
  EXPECT_TRUE(eventually([&] { return status_of(tls_client()->Get("/metrics")) == 200; }));
  early.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(early.read_all(), "");
}

}  // namespace
}  // namespace seadragon::tests
