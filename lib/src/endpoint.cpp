// The one place that knows Boost. One thread, one coroutine per connection, no locks.
#include "seadragon/monitoring/endpoint.h"

#include <algorithm>
#include <array>
#include <limits>
#include <list>
#include <map>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "lib/src/endpoint_pages.h"

namespace seadragon::monitoring {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
template <class Result>
using Task = asio::awaitable<Result, Executor>;
using Error = boost::system::error_code;

constexpr std::size_t largest_head = 8192;
constexpr auto drain_time = 1s;  // for answers under way when the endpoint stops

auto into(Error& error) { return asio::redirect_error(asio::use_awaitable_t<Executor>{}, error); }

[[noreturn]] void refuse(const std::string& address, const std::string& why) {
  throw std::runtime_error("cannot listen on " + address + ": " + why);
}

tcp::endpoint resolve(asio::io_context& io, const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) refuse(address, "host:port is needed");
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) host = "::";
  Error error;
  const auto found =
      tcp::resolver(io).resolve(host, address.substr(colon + 1),
                                tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error) refuse(address, error.message());
  return *found.begin();
}

/// Those who share a limit: an IPv4 address, or an IPv6 network of 64 bits.
std::string peer_of(const Socket& socket) {
  Error error;
  const auto address = socket.remote_endpoint(error).address();
  if (error || address.is_v4()) return error ? "" : address.to_string();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  const auto bytes = v6.to_bytes();
  return {bytes.begin(), bytes.begin() + 8};
}

struct Connection {
  enum class State { no_request, idle, answering };  // places are taken away in this order

  void close() {
    dead = true;
    Error ignored;
    socket.close(ignored);
  }

  Socket socket;
  std::string peer;
  Clock::time_point deadline;  // of the present phase; only a complete request moves it
  State state = State::no_request;
  bool dead = false;
};

/// The status that a request's head deserves before its path is looked at; 200 for a good one, 0
/// when there is nobody to answer.
int status_of(const Error& error, const http::request_parser<http::empty_body>& parser) {
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
  if (request.method() != http::verb::get && request.method() != http::verb::head) return 405;
  if (parser.content_length().value_or(0) > 0) return 413;
  return 200;
}

detail::EndpointRequest request_of(const http::request<http::empty_body>& request) {
  const auto text = [](boost::beast::string_view value) {
    return std::string_view(value.data(), value.size());
  };
  return {.target = text(request.target()),
          .accept_encoding = text(request[http::field::accept_encoding]),
          .scrape_timeout = text(request["X-Prometheus-Scrape-Timeout-Seconds"])};
}

}  // namespace

class Endpoint::Loop {
 public:
  Loop(EndpointOptions options, Page page)
      : options_(std::move(options)),
        pages_(options_.title, std::move(page)),
        acceptor_(listen()),
        sweep_timer_(io_) {
    const tcp::endpoint bound = acceptor_.local_endpoint();
    const std::string host = bound.address().to_string();
    address_ =
        (bound.address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(bound.port());
    asio::co_spawn(io_, accept(), asio::detached);
    asio::co_spawn(io_, sweep(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Loop() {
    asio::post(io_, [this] { stop(); });
    thread_.join();
  }

  const std::string& address() const { return address_; }

 private:
  Acceptor listen() {
    const tcp::endpoint endpoint = resolve(io_, options_.address);
    Acceptor acceptor(io_);
    Error error;
    acceptor.open(endpoint.protocol(), error);
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    // Accepted sockets inherit it; without it a small answer waits 40 ms for an acknowledgement.
    acceptor.set_option(tcp::no_delay(true), error);
    acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) refuse(options_.address, error.message());
    return acceptor;
  }

  void stop() {
    stopping_ = true;
    Error ignored;
    acceptor_.close(ignored);
    sweep_timer_.cancel(ignored);
    for (Connection& connection : connections_) {
      if (connection.state == Connection::State::answering) {
        connection.deadline = std::min(connection.deadline, Clock::now() + drain_time);
      } else {
        connection.close();
      }
    }
  }

  Task<void> accept() {
    while (!stopping_) {
      Error error;
      Socket socket = co_await acceptor_.async_accept(into(error));
      if (stopping_) break;
      if (error) {  // no descriptors left: wait for some, do not spin
        Timer pause(io_, 50ms);
        co_await pause.async_wait(into(error));
        continue;
      }
      if (live() >= options_.max_connections) evict();
      std::string peer = peer_of(socket);
      connections_.push_back(
          {std::move(socket), std::move(peer), Clock::now() + options_.header_timeout});
      asio::co_spawn(io_, run(std::prev(connections_.end())), asio::detached);
    }
  }

  std::size_t live() const {
    return static_cast<std::size_t>(std::ranges::count(connections_, false, &Connection::dead));
  }

  /// The busiest peer gives a place, first one that asked nothing, then the nearest to its
  /// deadline.
  void evict() {
    std::map<std::string_view, int> places;
    for (const Connection& connection : connections_) places[connection.peer] += !connection.dead;
    const auto rank = [&](const Connection& connection) {
      return std::tuple(connection.dead, -places[connection.peer], connection.state,
                        connection.deadline);
    };
    std::ranges::min_element(connections_, {}, rank)->close();
  }

  /// One timer for all deadlines: a timer per connection would cost more than the connections.
  Task<void> sweep() {
    while (!stopping_ || !connections_.empty()) {
      sweep_timer_.expires_after(stopping_ ? 20ms : 250ms);
      Error ignored;
      co_await sweep_timer_.async_wait(into(ignored));
      const Clock::time_point now = Clock::now();
      for (Connection& connection : connections_) {
        if (!connection.dead && connection.deadline < now) connection.close();
      }
    }
  }

  Task<void> run(std::list<Connection>::iterator self) {
    Connection& connection = *self;
    co_await serve(connection);
    if (!connection.dead) {
      // What the client still sends must be read, or the kernel resets the answer away.
      Error error;
      connection.socket.shutdown(Socket::shutdown_send, error);
      connection.deadline = Clock::now() + drain_time;
      connection.state = Connection::State::no_request;
      std::array<char, 1024> ignored;
      for (int left = 256; left > 0 && !error && !stopping_; --left) {
        co_await connection.socket.async_read_some(asio::buffer(ignored), into(error));
      }
    }
    connections_.erase(self);
  }

  Task<void> serve(Connection& connection) {
    boost::beast::flat_buffer buffer(largest_head);
    for (bool first = true; !stopping_; first = false) {
      Error error;
      if (!first) {
        connection.state = Connection::State::idle;
        connection.deadline = Clock::now() + options_.idle_timeout;
        if (buffer.size() == 0) {
          const auto bytes =
              co_await connection.socket.async_read_some(buffer.prepare(512), into(error));
          if (error) co_return;
          buffer.commit(bytes);
        }
        connection.deadline = Clock::now() + options_.header_timeout;
      }
      http::request_parser<http::empty_body> parser;
      parser.header_limit(largest_head);
      parser.body_limit(
          std::numeric_limits<std::uint64_t>::max());  // refused, but with its own status
      co_await http::async_read_header(connection.socket, buffer, parser, into(error));
      const int status = status_of(error, parser);
      if (status == 0) co_return;

      connection.state = Connection::State::answering;
      detail::EndpointAnswer answer = status == 200 ? pages_.answer(request_of(parser.get()))
                                                    : detail::EndpointPages::refusal(status);
      connection.deadline = Clock::now() + options_.write_timeout;
      const bool keep_alive = status == 200 && parser.get().keep_alive() && !stopping_;
      const std::string head = detail::answer_head(answer, keep_alive, parser.get().version() < 11);
      if (parser.get().method() == http::verb::head && status == 200) answer.body.clear();
      const std::array<asio::const_buffer, 2> out{asio::buffer(head), asio::buffer(answer.body)};
      co_await asio::async_write(connection.socket, out, into(error));
      if (error || !keep_alive) co_return;
    }
  }

  const EndpointOptions options_;
  detail::EndpointPages pages_;
  asio::io_context io_{1};
  Acceptor acceptor_;
  Timer sweep_timer_;
  std::list<Connection> connections_;
  bool stopping_ = false;
  std::string address_;
  std::thread thread_;
};

Endpoint::Endpoint(EndpointOptions options, Page page)
    : loop_(std::make_unique<Loop>(std::move(options), std::move(page))) {}

Endpoint::~Endpoint() = default;

const std::string& Endpoint::address() const noexcept { return loop_->address(); }

}  // namespace seadragon::monitoring
