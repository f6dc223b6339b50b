#include "lib/src/tls_context.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace seadragon::monitoring::detail {
namespace {

using ClientAuth = TlsConfig::ClientAuth;

template <auto free>
struct Free {
  template <typename Object>
  void operator()(Object* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

[[noreturn]] void fail(const std::string& what) {
  const unsigned long error = ERR_peek_last_error();
  const char* const reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  ERR_clear_error();
  throw std::runtime_error(reason == nullptr ? what : what + ": " + reason);
}

Bio reader_of(const std::string& text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) fail("out of memory");
  return bio;
}

/// OpenSSL would ask on the terminal.
int refuse_password(char*, int, int, void*) { return 0; }

std::vector<Certificate> read_certificates(const std::string& text, const char* what) {
  const Bio bio = reader_of(text);
  std::vector<Certificate> all;
  while (Certificate one{PEM_read_bio_X509(bio.get(), nullptr, refuse_password, nullptr)}) {
    all.push_back(std::move(one));
  }
  // Its last error is that there is no further certificate.
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (all.empty() || !ended) fail(std::string(what) + " holds no certificate in PEM");
  ERR_clear_error();
  return all;
}

void use_certificate(SSL_CTX* context, const TlsConfig& config) {
  std::vector<Certificate> chain = read_certificates(config.cert, "the certificate");
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) fail("the certificate");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) fail("the certificate's chain");
  }
  const Bio bio = reader_of(config.key);
  const PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_password, nullptr));
  if (!key) fail("the key is no private key in PEM without a password");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    fail("the key does not belong to the certificate");
  }
}

std::string_view text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string name_of_ip(std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

/// Names of hosts, mail addresses, URIs and IP addresses.
std::vector<std::string> sans_of(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>> all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS || name->type == GEN_EMAIL || name->type == GEN_URI) {
      names.emplace_back(text_of(name->d.ia5));
    } else if (name->type == GEN_IPADD) {
      const std::string_view bytes = text_of(name->d.iPAddress);
      if (bytes.size() == 4 || bytes.size() == 16) names.push_back(name_of_ip(bytes));
    }
  }
  return names;
}

int place_of_sans() {
  static const int place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return place;
}

int accept_any(int, X509_STORE_CTX*) { return 1; }

int check_sans(int verified, X509_STORE_CTX* store) {
  if (verified == 0 || X509_STORE_CTX_get_error_depth(store) > 0) return verified;
  const auto* const ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto& allowed = *static_cast<const std::vector<std::string>*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place_of_sans()));
  const auto is_allowed = [&](const std::string& name) {
    return std::ranges::find(allowed, name) != allowed.end();
  };
  if (std::ranges::any_of(sans_of(X509_STORE_CTX_get_current_cert(store)), is_allowed)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

void use_client_auth(SSL_CTX* context, const TlsConfig& config) {
  if (config.client_auth == ClientAuth::none) return;
  const bool required = config.client_auth == ClientAuth::require_any ||
                        config.client_auth == ClientAuth::require_and_verify;
  const bool verified = config.client_auth == ClientAuth::verify_if_given ||
                        config.client_auth == ClientAuth::require_and_verify;
  const int mode = SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  const bool has_sans = !config.client_allowed_sans.empty();
  SSL_CTX_set_verify(context, mode, !verified ? accept_any : has_sans ? check_sans : nullptr);
  if (!verified) return;
  if (config.client_ca.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1) fail("the system's certificates");
    return;
  }
  // One that is itself signed by another is trusted as it stands.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  for (const Certificate& ca : read_certificates(config.client_ca, "client_ca")) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()) != 1 ||
        SSL_CTX_add_client_CA(context, ca.get()) != 1) {
      fail("client_ca");
    }
  }
}

Context make_context(const TlsConfig& config) {
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) fail("TLS");
  SSL_CTX* const made = context.get();
  SSL_CTX_set_min_proto_version(made, config.allows_tls12 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(made, config.allows_tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  // A resumed session would not be asked for its certificate again; scrapers keep connections.
  SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(made, 0);
  SSL_CTX_set_options(made, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
  if (config.prefers_server_ciphers) SSL_CTX_set_options(made, SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Forward secrecy, and encryption that is authenticated.
  const char* const own_choice = "ECDHE+AESGCM:ECDHE+CHACHA20";
  const char* const ciphers = config.ciphers.empty() ? own_choice : config.ciphers.c_str();
  if (SSL_CTX_set_cipher_list(made, ciphers) != 1) fail("cipher_suites");
  if (!config.groups.empty() && SSL_CTX_set1_groups_list(made, config.groups.c_str()) != 1) {
    fail("curve_preferences");
  }
  use_certificate(made, config);
  use_client_auth(made, config);
  return context;
}

std::chrono::sys_seconds first_expiry(SSL_CTX* context) {
  std::chrono::sys_seconds first = expiry_of(SSL_CTX_get0_certificate(context));
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    first = std::min(first, expiry_of(sk_X509_value(chain, i)));
  }
  return first;
}

}  // namespace

std::chrono::sys_seconds expiry_of(const x509_st* certificate) {
  std::tm date{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &date) != 1) return {};
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&date)));
}

struct TlsContext::Parts {
  std::vector<std::string> sans;
  Context context;
};

TlsContext::TlsContext(const TlsConfig& config)
    : parts_(new Parts{.sans = config.client_allowed_sans, .context = make_context(config)}) {
  SSL_CTX_set_ex_data(parts_->context.get(), place_of_sans(), &parts_->sans);
}

TlsContext::~TlsContext() = default;

ssl_ctx_st* TlsContext::share() const {
  SSL_CTX_up_ref(parts_->context.get());
  return parts_->context.get();
}

std::chrono::sys_seconds TlsContext::expiry() const { return first_expiry(parts_->context.get()); }

}  // namespace seadragon::monitoring::detail
