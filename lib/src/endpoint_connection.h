/// A connection of the endpoint, and what its bytes mean. With it comes Boost, which only the
/// endpoint's own sources include.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/src/endpoint_pages.h"

namespace seadragon::monitoring::detail {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
// Of TCP, of a socket in the file system and of what systemd handed over alike.
using Protocol = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;
using Socket = asio::basic_stream_socket<Protocol, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
template <class Result>
using Task = asio::awaitable<Result, Executor>;
using Error = boost::system::error_code;

constexpr auto drain_time = 1s;  // for answers under way when the endpoint stops

inline auto into(Error& error) {
  return asio::redirect_error(asio::use_awaitable_t<Executor>{}, error);
}

/// Those who share a limit: an IPv4 address, an IPv6 network of 64 bits, or all of this machine
/// that come through its file system.
inline std::string peer_of(const Socket& socket) {
  Error error;
  const Protocol::endpoint remote = socket.remote_endpoint(error);
  if (error) return "";
  const auto* const address = reinterpret_cast<const char*>(remote.data());
  if (remote.protocol().family() == AF_INET) {
    return {address + offsetof(sockaddr_in, sin_addr), sizeof(in_addr)};
  }
  if (remote.protocol().family() != AF_INET6) return "";
  constexpr std::string_view mapped_v4("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  const std::string_view bytes(address + offsetof(sockaddr_in6, sin6_addr), sizeof(in6_addr));
  return std::string(bytes.starts_with(mapped_v4) ? bytes.substr(mapped_v4.size())
                                                  : bytes.substr(0, 8));
}

struct Connection {
  enum class State { no_request, idle, answering };  // places are taken away in this order

  void close() {
    dead = true;
    Error ignored;
    socket.close(ignored);
    if (waits_for != nullptr) waits_for->cancel();
  }

  Socket socket;
  std::string peer;
  const void* gate;            // through which it came
  Clock::time_point deadline;  // of the present phase; only a complete request moves it
  State state = State::no_request;
  bool dead = false;
  bool is_last = false;        // the answer under way is
  Timer* waits_for = nullptr;  // for its turn
};

/// What can be told of a client without reading.
enum class Presence {
  there,
  silent,  ///< It has said its last word. It may listen still: some close one direction only.
  gone,
};

inline Presence presence_of(Socket& socket) {
  pollfd asked{socket.native_handle(), POLLRDHUP, 0};
  ::poll(&asked, 1, 0);
  if ((asked.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return Presence::gone;
  return (asked.revents & POLLRDHUP) != 0 ? Presence::silent : Presence::there;
}

/// The status that a request's head deserves before its path is looked at; 200 for a good one, 0
/// when there is nobody to answer.
inline int status_of(const Error& error, const http::request_parser<http::empty_body>& parser,
                     bool may_post) {
  const auto& request = parser.get();
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return request.target().empty() ? 414 : 431;
  }
  if (error == http::error::bad_version) return 505;
  if (error.category() == http::make_error_code(http::error::bad_value).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return 400;
  }
  if (error) return 0;
  if (request.version() >= 11 && request.count(http::field::host) != 1) return 400;
  if (request.count(http::field::transfer_encoding) > 0) return 501;
  const bool posts = request.method() == http::verb::post || request.method() == http::verb::put;
  if (request.method() != http::verb::get && request.method() != http::verb::head &&
      !(posts && may_post)) {
    return 405;
  }
  if (parser.content_length().value_or(0) > 0) return 413;
  return 200;
}

inline EndpointRequest request_of(const http::request<http::empty_body>& request) {
  const auto text = [](boost::beast::string_view value) {
    return std::string_view(value.data(), value.size());
  };
  return {.target = text(request.target()),
          .accept = text(request[http::field::accept]),
          .accept_encoding = text(request[http::field::accept_encoding]),
          .scrape_timeout = text(request["X-Prometheus-Scrape-Timeout-Seconds"]),
          .authorization = text(request[http::field::authorization])};
}

}  // namespace seadragon::monitoring::detail
