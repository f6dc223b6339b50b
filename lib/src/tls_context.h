/// TLS of an endpoint, by OpenSSL.
#pragma once

#include <memory>

#include "lib/src/web_config.h"

struct ssl_ctx_st;

namespace seadragon::monitoring::detail {

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

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace seadragon::monitoring::detail
