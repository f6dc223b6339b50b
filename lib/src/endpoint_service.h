/// What happens on a connection, from its first byte to its last: TLS, requests, logins, answers.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "lib/src/endpoint_connection.h"
#include "lib/src/endpoint_pages.h"
#include "lib/src/endpoint_worker.h"
#include "lib/src/login.h"
#include "lib/src/web_access.h"

namespace seadragon::monitoring::detail {

/// One thread, that of the connections, but for set_ready(), speaks_tls() and what makes it and
/// ends it.
class EndpointService {
 public:
  /// Throws when the web configuration is bad.
  EndpointService(asio::io_context& io, const EndpointOptions& options, Endpoint::Page page);

  /// Answers what comes through the connection, until there is no more or it is dead.
  Task<void> serve(Connection& connection);

  /// From now on answers are the last of their connection, and have `drain_time` left.
  void stop();

  void set_ready(bool ready) { ready_ = ready; }
  bool speaks_tls() const { return speaks_tls_; }

 private:
  using Access = std::shared_ptr<const WebAccess>;

  template <typename Stream>
  Task<void> answer_requests(Connection& connection, Stream& stream, const Access& access);
  template <typename Stream>
  Task<bool> await_request(Connection& connection, Stream& stream,
                           boost::beast::flat_buffer& buffer);
  Task<void> serve_tls(Connection& connection, const Access& access);
  Task<void> refuse_plain_http(Connection& connection, const Access& access);
  Task<EndpointAnswer> answer_to(Connection& connection, const EndpointRequest& request,
                                 bool is_post);
  Task<EndpointAnswer> make_page(Connection& connection, const EndpointRequest& request);
  Task<EndpointAnswer> reload(Connection& connection);

  void tell_certificate(const WebAccess& access);

  /// Whether the credentials are good.
  Task<bool> log_in(Connection& connection, const WebAccess& access, std::string_view header);
  bool is_within(const RateLimit& limit);

  /// Gives the present phase of the connection so much time.
  void allow(Connection& connection, std::chrono::milliseconds time) const;
  std::string head_of(const EndpointAnswer& answer, const WebAccess& access, bool keep_alive,
                      bool http_1_0);

  const EndpointOptions options_;
  WebAccessFile access_;
  std::shared_ptr<const TlsContext> told_;  // of on_certificate
  EndpointPages pages_;
  Worker page_worker_, login_worker_;
  std::size_t pages_under_way_ = 0;
  Logins logins_;
  RateLimit rate_limit_;           // the one that rate_mark_ is of
  Clock::time_point rate_mark_{};  // when the next request would be due, were there no burst
  bool stopping_ = false;
  Clock::time_point end_{};  // once it is stopping
  std::atomic<bool> ready_ = true, speaks_tls_;
};

}  // namespace seadragon::monitoring::detail
