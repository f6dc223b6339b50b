/// Certificates for tests of TLS, valid for an hour unless told otherwise.
#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace seadragon {

struct KeyAndCertificate {
  std::string key, certificate;  ///< PEM.
};

/// Issues certificates, and has one of its own that others may trust.
class CertificateAuthority {
 public:
  CertificateAuthority() : key_(EVP_EC_gen("P-256")), own_(X509_new()) {
    fill(own_.get(), key_.get(), "test authority");
    extend(own_.get(), NID_basic_constraints, "critical,CA:TRUE");
    sign(own_.get());
  }

  /// PEM.
  std::string certificate() const { return pem_of(own_.get()); }

  /// For names such as `DNS:localhost,IP:127.0.0.1`; of a server as of a client.
  KeyAndCertificate issue(const std::string& names, long valid_seconds = 3600) const {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    fill(certificate.get(), key.get(), "test");
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_seconds);
    extend(certificate.get(), NID_subject_alt_name, names);
    sign(certificate.get());
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(out), pem_of(certificate.get())};
  }

 private:
  template <auto free>
  struct Free {
    template <typename Object>
    void operator()(Object* object) const {
      free(object);
    }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
  using Certificate = std::unique_ptr<X509, Free<X509_free>>;

  void fill(X509* certificate, EVP_PKEY* key, const char* name) const {
    static long serial = 0;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(own_.get()));
  }

  static void extend(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  void sign(X509* certificate) const { X509_sign(certificate, key_.get(), EVP_sha256()); }

  static std::string text_of(BIO* out) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    std::string text(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
  }
  static std::string pem_of(X509* certificate) {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate);
    return text_of(out);
  }

  Key key_;
  Certificate own_;
};

}  // namespace seadragon
