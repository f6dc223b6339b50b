/// HTTP basic authentication (RFC 7617) against bcrypt hashes.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace seadragon::monitoring::detail {

struct Credentials {
  std::string user, password;
};

/// Of a header `Authorization`; nullopt when it is not `Basic` with base64 of `user:password`.
std::optional<Credentials> parse_authorization(std::string_view header);

/// Whether the password belongs to the hash. Takes 50 ms and more of CPU time. Any thread.
bool matches_bcrypt(const std::string& password, const std::string& hash);

/// Remembers which credentials were found good, so that a scraper costs one check and not one every
/// 15 s. Holds no password: what is kept is a code made with a key that ends with the process. One
/// thread at a time.
class Logins {
 public:
  Logins();

  bool knows(const Credentials& credentials, const std::string& hash) const;
  void remember(const Credentials& credentials, const std::string& hash);

 private:
  std::string code_of(const Credentials& credentials, const std::string& hash) const;

  std::array<unsigned char, 32> key_;
  std::unordered_set<std::string> good_;
};

}  // namespace seadragon::monitoring::detail
