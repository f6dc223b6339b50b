/// What happens on a connection, from its first byte to its last: TLS, requests, logins, answers.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <set>
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

  /// From now on answers are the last of their connection.
  void stop() { stopping_ = true; }

  void set_ready(bool ready) { ready_ = ready; }
  bool speaks_tls() const { return speaks_tls_; }

 private:
  template <typename Stream>
  Task<void> answer_requests(Connection& connection, Stream& stream);
  template <typename Stream>
  Task<bool> await_request(Connection& connection, Stream& stream,
                           boost::beast::flat_buffer& buffer);
  Task<void> serve_tls(Connection& connection, const WebAccess& access);
  Task<EndpointAnswer> answer_to(Connection& connection, const EndpointRequest& request,
                                 bool is_post);
  Task<EndpointAnswer> make_page(Connection& connection, const EndpointRequest& request);
  Task<EndpointAnswer> reload(Connection& connection);

  /// 200, 401, or 503 when too many log in at the same time.
  Task<int> log_in(Connection& connection, const WebAccess& access, std::string_view header);
  bool is_within(const RateLimit& limit);

  const EndpointOptions options_;
  WebAccessFile access_;
  EndpointPages pages_;
  Worker page_worker_, login_worker_;
  std::size_t pages_under_way_ = 0;
  Logins logins_;
  std::set<std::string, std::less<>> peers_logging_in_;
  Clock::time_point rate_mark_{};  // when the next request would be due, were there no burst
  bool stopping_ = false;
  std::atomic<bool> ready_ = true, speaks_tls_;
};

}  // namespace seadragon::monitoring::detail
