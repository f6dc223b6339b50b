// One thread for all connections, a coroutine each, and one that makes the pages; no locks.
#include "seadragon/monitoring/endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <list>
#include <map>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

#include "lib/src/endpoint_connection.h"
#include "lib/src/endpoint_pages.h"
#include "lib/src/signals_blocked.h"

namespace seadragon::monitoring {
namespace {

using namespace detail;

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
  std::uint16_t port = 0;
  const char* const end = address.data() + address.size();
  const auto parsed = std::from_chars(address.data() + colon + 1, end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end) refuse(address, "the port is not 0 to 65535");
  Error error;
  const auto found = tcp::resolver(io).resolve(host, "", tcp::resolver::passive, error);
  if (error) refuse(address, error.message());
  return {found.begin()->endpoint().address(), port};
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
    const detail::SignalsBlocked for_the_new_thread;
    page_thread_ = std::thread([this] { page_io_.run(); });
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Loop() {
    asio::post(io_, [this] { stop(); });
    thread_.join();
    page_io_.stop();  // nobody waits for a page any more
    page_thread_.join();
  }

  const std::string& address() const { return address_; }

 private:
  Acceptor listen() {
    if (options_.max_connections == 0) refuse(options_.address, "max_connections is 0");
    const tcp::endpoint endpoint = resolve(io_, options_.address);
    Acceptor acceptor(io_);
    Error error;
    Error ignored;
    acceptor.open(endpoint.protocol(), error);
    acceptor.set_option(tcp::acceptor::reuse_address(true), ignored);
    // Accepted sockets inherit it; without it a small answer waits 40 ms for an acknowledgement.
    acceptor.set_option(tcp::no_delay(true), ignored);
    if (!error) acceptor.bind(endpoint, error);
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
      try {
        admit(std::move(socket));
      } catch (...) {  // out of memory: this client is turned away
      }
    }
  }

  void admit(Socket socket) {
    if (live() >= options_.max_connections) evict();
    std::string peer = peer_of(socket);
    const auto self = connections_.insert(
        connections_.end(),
        {std::move(socket), std::move(peer), Clock::now() + options_.header_timeout});
    try {
      asio::co_spawn(io_, run(self), asio::detached);
    } catch (...) {
      connections_.erase(self);
      throw;
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
    try {
      co_await serve(*self);
      if (!self->dead) co_await drain(*self);
    } catch (...) {  // out of memory: this connection ends, the others go on
    }
    connections_.erase(self);
  }

  /// What the client still sends must be read, or the kernel resets the answer away.
  Task<void> drain(Connection& connection) {
    Error error;
    connection.socket.shutdown(Socket::shutdown_send, error);
    connection.deadline = Clock::now() + drain_time;
    connection.state = Connection::State::no_request;
    std::array<char, 1024> ignored;
    for (int left = 256; left > 0 && !error && !stopping_; --left) {
      co_await connection.socket.async_read_some(asio::buffer(ignored), into(error));
    }
  }

  /// On the other thread. Neither a deadline nor eviction frees what it is written to.
  Task<detail::EndpointAnswer> make_page(const detail::EndpointRequest& request) {
    detail::EndpointAnswer answer;
    Timer made(io_, Clock::time_point::max());
    asio::post(page_io_, [&] {
      answer = pages_.answer(request);
      asio::post(io_, [&] { made.cancel(); });
    });
    Error cancelled;
    co_await made.async_wait(into(cancelled));
    co_return answer;
  }

  Task<detail::EndpointAnswer> answer_to(Connection& connection,
                                         const detail::EndpointRequest& request) {
    if (!detail::EndpointPages::takes_time(request)) co_return pages_.answer(request);
    connection.deadline = Clock::time_point::max();  // the page has its own
    co_return co_await make_page(request);
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
      // Not by `?:`: gcc 12 destroys what is made there twice when it awaits.
      detail::EndpointAnswer answer = detail::EndpointPages::refusal(status);
      if (status == 200) {
        const detail::EndpointRequest request = request_of(parser.get());
        answer = co_await answer_to(connection, request);
      }
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
  asio::io_context io_{1}, page_io_{1};
  asio::executor_work_guard<Executor> page_work_{page_io_.get_executor()};
  Acceptor acceptor_;
  Timer sweep_timer_;
  std::list<Connection> connections_;
  bool stopping_ = false;
  std::string address_;
  std::thread page_thread_, thread_;
};

Endpoint::Endpoint(EndpointOptions options, Page page)
    : loop_(std::make_unique<Loop>(std::move(options), std::move(page))) {}

Endpoint::~Endpoint() = default;

const std::string& Endpoint::address() const noexcept { return loop_->address(); }

}  // namespace seadragon::monitoring
