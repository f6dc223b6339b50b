#include "lib/src/tls_context.h"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/certificates.h"

namespace seadragon::monitoring::detail {
namespace {

std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_of(const TlsConfig& config) {
  const TlsContext context(config);
  return {context.share(), SSL_CTX_free};
}

TlsConfig config_with_certificate() {
  const KeyAndCertificate server = CertificateAuthority().issue("DNS:localhost");
  TlsConfig config;
  config.key = server.key;
  config.cert = server.certificate;
  return config;
}

TEST(TlsContextTest, OffersNoVersionThatIsBroken) {
  const auto context = context_of(config_with_certificate());
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context.get()), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_max_proto_version(context.get()), TLS1_3_VERSION);
}

TEST(TlsContextTest, OffersForwardSecrecyAlone) {
  const auto context = context_of(config_with_certificate());
  const STACK_OF(SSL_CIPHER)* const ciphers = SSL_CTX_get_ciphers(context.get());
  ASSERT_GT(sk_SSL_CIPHER_num(ciphers), 0);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const std::string name = SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i));
    EXPECT_TRUE(name.starts_with("TLS_") || name.starts_with("ECDHE-")) << name;
  }
}

TEST(TlsContextTest, ExpiresWithTheFirstCertificateOfItsChain) {
  const auto seconds_left = [](const TlsConfig& config) {
    const auto left = TlsContext(config).expiry() - std::chrono::system_clock::now();
    return std::chrono::duration<double>(left).count();
  };
  const CertificateAuthority authority;
  const KeyAndCertificate server = authority.issue("DNS:localhost", 7200);
  TlsConfig config;
  config.key = server.key;
  config.cert = server.certificate;
  EXPECT_NEAR(seconds_left(config), 7200, 60);
  config.cert += authority.issue("DNS:between", 5400).certificate;
  config.cert += authority.issue("DNS:above", 9000).certificate;
  EXPECT_NEAR(seconds_left(config), 5400, 60);
}

TEST(TlsContextTest, RefusesWhatIsNoCertificateAndNoKey) {
  for (const auto part : {&TlsConfig::cert, &TlsConfig::key}) {
    TlsConfig config = config_with_certificate();
    config.*part = "text";
    EXPECT_THROW(context_of(config), std::runtime_error);
  }
  TlsConfig config = config_with_certificate();
  config.client_auth = TlsConfig::ClientAuth::require_and_verify;
  config.client_ca = config.cert + "-----BEGIN CERTIFICATE-----\ncut";
  EXPECT_THROW(context_of(config), std::runtime_error);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
