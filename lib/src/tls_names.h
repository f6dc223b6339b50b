/// What the web configuration calls things of TLS: Go's names, with what they are to us.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "lib/src/web_config.h"

namespace seadragon::monitoring::detail {

using Named = std::pair<std::string_view, std::string_view>;

inline constexpr std::array<std::pair<std::string_view, TlsConfig::ClientAuth>, 6> client_auths = {
    {{"NoClientCert", TlsConfig::ClientAuth::none},
     {"RequestClientCert", TlsConfig::ClientAuth::request},
     {"RequireAnyClientCert", TlsConfig::ClientAuth::require_any},
     {"RequireClientCert", TlsConfig::ClientAuth::require_any},  // its old name
     {"VerifyClientCertIfGiven", TlsConfig::ClientAuth::verify_if_given},
     {"RequireAndVerifyClientCert", TlsConfig::ClientAuth::require_and_verify}}};

// What the format calls them, and what OpenSSL does. Those without forward secrecy are not offered.
inline constexpr std::array<Named, 14> cipher_suites = {
    {{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
     {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
     {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
     {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
     {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"},
     {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
     {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"},
     {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
     {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256"},
     {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256"},
     {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
     {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
     {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
     {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"}}};

// Those of TLS 1.3 may be named, but are on offer always: so the format has it.
inline constexpr std::array<std::string_view, 3> tls13_suites = {
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"};

inline constexpr std::array<Named, 4> curves = {
    {{"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}}};

}  // namespace seadragon::monitoring::detail
