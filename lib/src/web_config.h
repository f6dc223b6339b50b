/// Reads the file that says who may scrape an endpoint and how: TLS, users, headers, a rate.
/// The format is that of all Prometheus exporters (exporter-toolkit, docs/web-configuration.md).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::monitoring::detail {

struct TlsConfig {
  enum class ClientAuth { none, request, require_any, verify_if_given, require_and_verify };

  std::string cert, key;  ///< PEM: the chain, the private key.
  ClientAuth client_auth = ClientAuth::none;
  std::string client_ca;                         ///< PEM; empty: the system's.
  std::vector<std::string> client_allowed_sans;  ///< One of them must be in the certificate.
  bool allows_tls12 = true, allows_tls13 = true;
  std::string ciphers;  ///< For TLS 1.2, as OpenSSL names them; empty: its own choice.
  std::string groups;   ///< The same for key exchange.
  bool prefers_server_ciphers = true;
};

struct RateLimit {
  std::chrono::nanoseconds interval{0};  ///< Between two requests in the long run; 0: no limit.
  int burst = 20;                        ///< At once.

  bool operator==(const RateLimit&) const = default;
};

using Users = std::map<std::string, std::string, std::less<>>;  ///< Name and bcrypt hash.

/// What takes the longest to check; there must be a user.
const std::string& costliest_hash(const Users& users);

struct WebConfig {
  std::optional<TlsConfig> tls;
  Users users;
  std::string headers;  ///< Whole lines, each with CRLF.
  RateLimit rate_limit;
  std::vector<std::string> files;  ///< What was read for it, the file itself first.
};

/// Throws std::runtime_error that names file and line for what is unknown or wrong, and the file
/// for a certificate that cannot be read. `path` is for messages, and where relative paths begin.
WebConfig parse_web_config(const std::string& text, const std::string& path);

/// As parse_web_config, from a file.
WebConfig read_web_config(const std::string& path);

}  // namespace seadragon::monitoring::detail
