/// An endpoint with a web configuration, and clients of it.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <ratio>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <httplib.h>

#include "seadragon/monitoring/endpoint.h"
#include "tests/certificates.h"
#include "tests/temporary_folder.h"

namespace seadragon::tests {

inline int port_of(const std::string& address) {
  return std::stoi(address.substr(address.rfind(':') + 1));
}

/// 0 when no connection comes about.
inline int status_of(const ::httplib::Result& result) { return result ? result->status : 0; }

class EndpointAccess : public testing::Test {
 protected:
  EndpointAccess() { write_server(authority_); }

  void write_server(const CertificateAuthority& authority) {
    write_server(authority.issue("IP:127.0.0.1"));
  }

  void write_server(const KeyAndCertificate& server) {
    folder_.write("server.key", server.key);
    folder_.write("server.crt", server.certificate);
  }

  void start(const std::string& web_config) {
    folder_.write("web.yml", web_config);
    monitoring::EndpointOptions options;
    options.address = "127.0.0.1:0";
    options.web_config_file = folder_.path("web.yml");
    options.on_error = [this](const std::string& what) {
      const std::lock_guard lock(mutex_);
      errors_.push_back(what);
    };
    options.on_certificate = [this](std::chrono::sys_seconds expiry) {
      const std::lock_guard lock(mutex_);
      expiries_.push_back(expiry);
    };
    endpoint_ = std::make_unique<monitoring::Endpoint>(options, [](const monitoring::Scrape&) {
      return monitoring::ExpositionAnswer{
          .body = "page\n", .content_type = "text/plain", .gzip = false};
    });
  }

  std::vector<std::string> errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

  /// What was told of certificates, as the hours that are left.
  std::vector<double> hours_left() {
    const std::lock_guard lock(mutex_);
    std::vector<double> hours;
    for (const auto expiry : expiries_) {
      const auto left = expiry - std::chrono::system_clock::now();
      hours.push_back(std::chrono::duration<double, std::ratio<3600>>(left).count());
    }
    return hours;
  }

  /// One that trusts the authority.
  std::unique_ptr<::httplib::SSLClient> tls_client() {
    folder_.write("authority.crt", authority_.certificate());
    auto client =
        std::make_unique<::httplib::SSLClient>("127.0.0.1", port_of(endpoint_->address()));
    client->set_ca_cert_path(folder_.path("authority.crt").c_str());
    return client;
  }
  std::unique_ptr<::httplib::SSLClient> tls_client(const KeyAndCertificate& own) {
    folder_.write("client.key", own.key);
    folder_.write("client.crt", own.certificate);
    folder_.write("authority.crt", authority_.certificate());
    auto client = std::make_unique<::httplib::SSLClient>("127.0.0.1", port_of(endpoint_->address()),
                                                         folder_.path("client.crt"),
                                                         folder_.path("client.key"));
    client->set_ca_cert_path(folder_.path("authority.crt").c_str());
    return client;
  }
  ::httplib::Client client() {
    return ::httplib::Client("127.0.0.1", port_of(endpoint_->address()));
  }

  const std::string tls_ = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
  // Of "secret", at the least cost that there is.
  const std::string users_ =
      "basic_auth_users:\n  alice: $2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n";

  const CertificateAuthority authority_, other_authority_;
  TemporaryFolder folder_;
  std::mutex mutex_;
  std::vector<std::string> errors_;
  std::vector<std::chrono::sys_seconds> expiries_;
  std::unique_ptr<monitoring::Endpoint> endpoint_;
};

}  // namespace seadragon::tests
