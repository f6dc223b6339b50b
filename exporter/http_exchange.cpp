#include "exporter/http_exchange.h"

#include <system_error>

#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/string.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "lib/src/tls_context.h"
#include "lib/src/version.h"

namespace seadragon::exporter {
namespace {

constexpr std::size_t largest_head = 16384;
constexpr std::size_t read_at_once = 65536;

std::string request_for(const Url& url) {
  // The text format first: a server that knows protobuf or OpenMetrics as well must not choose it.
  return "GET " + url.target + " HTTP/1.1\r\nHost: " + url.host_header +
         "\r\nUser-Agent: seadragon-exporter/" + std::string(monitoring::version) +
         "\r\nAccept: text/plain;version=0.0.4, */*;q=0.1\r\nConnection: close\r\n\r\n";
}

bool is_number(const std::string& host) {
  Error error;
  asio::ip::make_address(host, error);
  return !error;
}

/// False when the certificate could not be held against the host.
bool expect_certificate_of(const std::string& host, SSL* ssl) {
  if (is_number(host)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  }
  // The macro SSL_set_tlsext_host_name casts in the manner of C.
  std::string name = host;
  return SSL_set1_host(ssl, host.c_str()) == 1 &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

}  // namespace

HttpExchange::HttpExchange(asio::io_context& io, Url url, const HttpLimits& limits,
                           asio::ssl::context* trust, HttpOutcome& outcome)
    : io_(io),
      url_(std::move(url)),
      limits_(limits),
      trust_(trust),
      outcome_(outcome),
      request_(request_for(url_)),
      buffer_(read_at_once) {
  answer_.header_limit(largest_head);
  answer_.body_limit(limits.body_bytes);
}

void HttpExchange::start() {
  if (over_) return;
  cut_at(deadline_);
  if (is_number(url_.host)) return found({.found = {url_.host}, .failure = {}});
  try {
    look_up_.emplace(url_.host, [this](const Addresses& addresses) {
      asio::post(io_, [this, addresses] { found(addresses); });
    });
  } catch (const std::system_error& no_thread) {
    fail(no_thread.what());
  }
}

void HttpExchange::fail(std::string why) {
  if (over_) return;
  outcome_.failure = std::move(why);
  end();
}

/// What waits for the socket is then called with an error.
void HttpExchange::end() {
  over_ = true;
  look_up_.reset();
  timer_.cancel();
  Error ignored;
  socket_.close(ignored);
}

void HttpExchange::cut_at(Clock::time_point when) {
  cut_ = when;
  timer_.expires_at(when);
  timer_.async_wait([this](const Error&) {
    // It may have been set anew when this call was already due.
    if (!over_ && Clock::now() >= cut_) run_out();
  });
}

void HttpExchange::run_out() {
  if (cut_ == deadline_) {
    return fail("no " + awaited_ + " within " + std::to_string(limits_.time.count()) + " ms");
  }
  Error ignored;
  socket_.close(ignored);
}

void HttpExchange::found(const Addresses& addresses) {
  if (over_) return;
  if (!addresses.failure.empty()) return fail(addresses.failure);
  for (auto each = addresses.found.rbegin(); each != addresses.found.rend(); ++each) {
    Error error;
    const auto address = asio::ip::make_address(*each, error);
    if (!error) addresses_.emplace_back(address, url_.port);
  }
  if (addresses_.empty()) return fail(url_.host + ": no address");
  awaited_ = "connection";
  connect();
}

void HttpExchange::connect() {
  // A share of the time for each: one that swallows packets leaves enough for the next.
  const auto now = Clock::now();
  const auto left = static_cast<Clock::rep>(addresses_.size());
  cut_at(left == 1 ? deadline_ : now + (deadline_ - now) / left);
  const tcp::endpoint address = addresses_.back();
  addresses_.pop_back();
  socket_.async_connect(address, [this](const Error& error) { connected(error); });
}

void HttpExchange::connected(const Error& error) {
  if (over_) return;
  if (error) {
    Error ignored;
    socket_.close(ignored);
    if (!addresses_.empty()) return connect();
    return fail(error.message());
  }
  cut_at(deadline_);
  awaited_ = "answer";
  trust_ != nullptr ? shake_hands() : ask(socket_);
}

void HttpExchange::shake_hands() {
  tls_.emplace(socket_, *trust_);
  if (!expect_certificate_of(url_.host, tls_->native_handle())) {
    return fail("no certificate can be valid for " + url_.host);
  }
  // After a refusal the connection does not know the certificate any more.
  tls_->set_verify_callback([this](bool is_good, asio::ssl::verify_context& context) {
    const X509* const shown = X509_STORE_CTX_get0_cert(context.native_handle());
    outcome_.certificate_expiry = monitoring::detail::expiry_of(shown);
    return is_good;
  });
  tls_->async_handshake(TlsStream::client, [this](const Error& error) {
    if (over_) return;
    if (!error) return ask(*tls_);
    const long reason = SSL_get_verify_result(tls_->native_handle());
    if (reason == X509_V_OK) return fail("no TLS: " + error.message());
    fail(std::string("its certificate is refused: ") + X509_verify_cert_error_string(reason));
  });
}

template <class Stream>
void HttpExchange::ask(Stream& stream) {
  asio::async_write(stream, asio::buffer(request_), [this, &stream](const Error& error, auto) {
    if (over_) return;
    error ? fail(why(error)) : read_head(stream);
  });
}

template <class Stream>
void HttpExchange::read_head(Stream& stream) {
  http::async_read_header(stream, buffer_, answer_, [this, &stream](const Error& error, auto) {
    if (over_) return;
    // A body said to be too long is an error already here; the status tells more.
    if (error && error != http::error::body_limit) return fail(why(error));
    if (std::string unfit = objection(); !unfit.empty()) return fail(std::move(unfit));
    if (error) return fail(why(error));
    awaited_ = "whole answer";
    read_body(stream);
  });
}

template <class Stream>
void HttpExchange::read_body(Stream& stream) {
  http::async_read(stream, buffer_, answer_, [this](const Error& error, auto) {
    if (over_) return;
    if (error) return fail(why(error));
    outcome_.body = std::move(answer_.get().body());
    end();
  });
}

/// Why an answer with this head is not wanted; empty for a good one.
std::string HttpExchange::objection() const {
  const auto& head = answer_.get();
  if (head.result_int() != 200) return "answered with status " + std::to_string(head.result_int());
  for (const auto& [field, plain] : {std::pair(http::field::content_encoding, "identity"),
                                     std::pair(http::field::transfer_encoding, "chunked")}) {
    const auto encoding = head[field];
    if (encoding.empty() || boost::beast::iequals(encoding, plain)) continue;
    return "the answer is encoded as " + std::string(encoding.substr(0, 40)) +
           ", which was not asked for";
  }
  return {};
}

std::string HttpExchange::why(const Error& error) const {
  if (error == http::error::body_limit) {
    return "the answer is longer than " + std::to_string(limits_.body_bytes) + " bytes";
  }
  if (error == http::error::header_limit) {
    return "the head of the answer is longer than " + std::to_string(largest_head) + " bytes";
  }
  if (error == http::error::end_of_stream || error == asio::error::eof) {
    return "the connection was closed without an answer";
  }
  if (error == http::error::partial_message || error == asio::ssl::error::stream_truncated) {
    return "the answer ends in the middle";
  }
  if (error.category() == http::make_error_code(http::error::bad_value).category()) {
    return "the answer is not HTTP: " + error.message();
  }
  return error.message();
}

}  // namespace seadragon::exporter
