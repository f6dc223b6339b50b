/// TLS of an endpoint, by OpenSSL.
#pragma once

#include <chrono>
#include <memory>

#include "lib/src/web_config.h"

struct ssl_ctx_st;
struct x509_st;

namespace seadragon::monitoring::detail {

/// When OpenSSL's X509 expires; the epoch for one whose date is none.
std::chrono::sys_seconds expiry_of(const x509_st* certificate);

/// What connections are made with. Must outlive them. Any thread.
class TlsContext {
 public:
  /// Throws std::runtime_error that says what is wrong with a certificate or key.
  explicit TlsContext(const TlsConfig& config);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// Another reference to OpenSSL's SSL_CTX, for who frees it.
  ssl_ctx_st* share() const;

  /// When the first certificate of the chain expires.
  std::chrono::sys_seconds expiry() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace seadragon::monitoring::detail
