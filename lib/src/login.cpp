#include "lib/src/login.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <stdexcept>

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

namespace seadragon::monitoring::detail {
namespace {

// A scraper has one; the rest is for humans who mistype nothing.
constexpr std::size_t most_logins = 256;

std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t end = std::min(text.find('='), text.size());
  const std::size_t padding = text.size() - end;
  if (text.empty() || text.size() % 4 != 0 || padding > 2 ||
      text.substr(0, end).find_first_not_of(alphabet) != std::string_view::npos ||
      text.substr(end).find_first_not_of('=') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string decoded(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

bool is_basic(std::string_view scheme) {
  return std::ranges::equal(scheme, std::string_view("basic"), {},
                            [](unsigned char c) { return std::tolower(c); });
}

}  // namespace

std::optional<Credentials> parse_authorization(std::string_view header) {
  const std::size_t blank = std::min(header.find(' '), header.size());
  if (!is_basic(header.substr(0, blank))) return std::nullopt;
  std::string_view coded = header.substr(blank);
  coded.remove_prefix(std::min(coded.find_first_not_of(' '), coded.size()));
  const auto decoded = decode_base64(coded);
  if (!decoded) return std::nullopt;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{.user = decoded->substr(0, colon), .password = decoded->substr(colon + 1)};
}

bool matches_bcrypt(const std::string& password, const std::string& hash) {
  if (password.find('\0') != std::string::npos) return false;  // crypt(3) would stop there
  const auto data = std::make_unique<crypt_data>();            // 32 kB
  const char* const made = crypt_r(password.c_str(), hash.c_str(), data.get());
  return made != nullptr && hash.size() == std::string_view(made).size() &&
         CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
}

Logins::Logins() {
  // Not OpenSSL's, which takes 2 MB before its first number, wanted or not.
  if (::getentropy(key_.data(), key_.size()) != 0) {
    throw std::runtime_error("there are no random numbers");
  }
}

std::string Logins::code_of(const Credentials& credentials, const std::string& hash) const {
  std::string text = credentials.user;
  text.append(1, ':').append(hash).append(1, ':').append(credentials.password);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(), &size);
  OPENSSL_cleanse(text.data(), text.size());
  return {code.begin(), code.begin() + size};
}

bool Logins::knows(const Credentials& credentials, const std::string& hash) const {
  return good_.contains(code_of(credentials, hash));
}

void Logins::remember(const Credentials& credentials, const std::string& hash) {
  if (good_.size() >= most_logins) good_.clear();
  good_.insert(code_of(credentials, hash));
}

}  // namespace seadragon::monitoring::detail
