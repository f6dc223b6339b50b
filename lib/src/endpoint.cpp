// One thread for all connections, a coroutine each; what takes long is done on others. No locks.
#include "seadragon/monitoring/endpoint.h"

#include <algorithm>
#include <array>
#include <future>
#include <list>
#include <map>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

#include "lib/src/comma_list.h"
#include "lib/src/endpoint_connection.h"
#include "lib/src/endpoint_service.h"
#include "lib/src/listener.h"
#include "lib/src/signals_blocked.h"

namespace seadragon::monitoring {
namespace {

using namespace detail;

/// Where clients come in.
struct Gate {
  Gate(asio::io_context& io, std::string written_as, Listener opened)
      : written(std::move(written_as)),
        listener(std::move(opened)),
        acceptor(io, Protocol(listener.family(), 0), listener.native()) {
    listener.release();
    acceptor.non_blocking(true);
  }

  std::string written;  // as the options have it
  Listener listener;
  Acceptor acceptor;
};
using Gates = std::vector<std::shared_ptr<Gate>>;

}  // namespace

class Endpoint::Loop {
 public:
  Loop(const EndpointOptions& options, Page page)
      : options_(options),
        service_(io_, options_, std::move(page)),
        sweep_timer_(io_),
        gates_(open(options_.address)) {
    note_addresses(gates_);
    for (const auto& gate : gates_) asio::co_spawn(io_, accept(gate), asio::detached);
    asio::co_spawn(io_, sweep(), asio::detached);
    const SignalsBlocked for_the_new_thread;
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Loop() {
    asio::post(io_, [this] { stop(); });
    thread_.join();
  }

  const std::vector<std::string>& addresses() const { return addresses_; }

  void set_ready(bool ready) { service_.set_ready(ready); }

  std::vector<std::string> urls() const {
    std::vector<std::string> urls;
    for (const std::string& address : addresses_) {
      const std::string scheme = service_.speaks_tls() ? "https://" : "http://";
      urls.push_back(address.starts_with("unix:") ? address
                                                  : scheme + address + options_.metrics_path);
    }
    return urls;
  }

  void listen(const std::string& address) {
    Gates gates = open(address);
    note_addresses(gates);
    std::promise<void> done;
    asio::post(io_, [&] {
      exchange(std::move(gates));
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  /// All gates of the address, those that are open already among them.
  Gates open(const std::string& address) {
    const auto refuse = [&](const char* why) {
      throw std::runtime_error("cannot listen on " + address + ": " + why);
    };
    if (options_.max_connections == 0) refuse("max_connections is 0");
    const std::string& path = options_.metrics_path;
    if (!path.starts_with('/') || path == "/" || path.starts_with("/-/")) {
      refuse("metrics_path must be a path such as /metrics, neither / nor below /-/");
    }
    const std::vector<std::string> items = split_list(address);
    if (items.empty()) refuse("host:port is needed");
    Gates gates;
    for (auto one = items.begin(); one != items.end(); ++one) {
      if (std::find(items.begin(), one, *one) != one) continue;  // it is there twice
      const std::string& item = *one;
      const auto open_already = [&](const auto& gate) { return gate->written == item; };
      const std::size_t before = gates.size();
      std::ranges::copy_if(gates_, std::back_inserter(gates), open_already);
      if (gates.size() > before) continue;
      for (Listener& listener : listen_on(item)) {
        gates.push_back(std::make_shared<Gate>(io_, item, std::move(listener)));
      }
    }
    return gates;
  }

  void note_addresses(const Gates& gates) {
    addresses_.clear();
    for (const auto& gate : gates) addresses_.push_back(gate->listener.address());
  }

  void exchange(Gates gates) {
    if (stopping_) return;  // those that were opened close again
    const auto is_in = [](const Gates& list) {
      return [&list](const auto& gate) { return std::ranges::find(list, gate) != list.end(); };
    };
    for (const auto& gate : gates) {
      if (!is_in(gates_)(gate)) asio::co_spawn(io_, accept(gate), asio::detached);
    }
    for (const auto& gate : gates_) {
      if (!is_in(gates)(gate)) close(*gate);
    }
    gates_ = std::move(gates);
  }

  /// And ends the connections that came through it, once they have their answer.
  void close(Gate& gate) {
    gate.listener.remove();
    Error ignored;
    gate.acceptor.close(ignored);
    for (Connection& connection : connections_) {
      if (connection.gate != &gate) continue;
      connection.is_last = true;
      if (connection.state != Connection::State::answering) connection.close();
    }
  }

  void stop() {
    stopping_ = true;
    service_.stop();
    for (const auto& gate : gates_) close(*gate);
    Error ignored;
    sweep_timer_.cancel(ignored);
    for (Connection& connection : connections_) {
      connection.deadline = std::min(connection.deadline, Clock::now() + drain_time);
      if (connection.state != Connection::State::answering) connection.close();
    }
  }

  Task<void> accept(std::shared_ptr<Gate> gate) {
    while (gate->acceptor.is_open()) {
      Error error;
      Socket socket = co_await gate->acceptor.async_accept(into(error));
      if (!gate->acceptor.is_open()) break;
      if (error) {  // no descriptors left: wait for some, do not spin
        Timer pause(io_, 50ms);
        co_await pause.async_wait(into(error));
        continue;
      }
      admit(std::move(socket), *gate);
      // Those behind it come in at once: in a flood a scraper stands among them.
      while (!error && has_room()) {
        Socket next = gate->acceptor.accept(error);
        if (!error) admit(std::move(next), *gate);
      }
      while (!has_room()) {  // those that were closed have to go first
        Timer pause(io_, 1ms);
        co_await pause.async_wait(into(error));
      }
    }
  }

  /// Of those that were closed some still wait for the page that is being made.
  bool has_room() const { return connections_.size() < 2 * options_.max_connections; }

  /// Out of memory a client is turned away.
  void admit(Socket socket, const Gate& gate) noexcept {
    try {
      if (live() >= most_connections()) evict();
      std::string peer = peer_of(socket);
      const auto self = connections_.insert(
          connections_.end(),
          {std::move(socket), std::move(peer), &gate, Clock::now() + options_.header_timeout});
      try {
        asio::co_spawn(io_, run(self), asio::detached);
      } catch (...) {
        connections_.erase(self);
      }
    } catch (...) {
    }
  }

  /// With TLS each takes 100 kB.
  std::size_t most_connections() const {
    const std::size_t most = options_.max_connections;
    return service_.speaks_tls() ? std::max<std::size_t>(most / 2, 1) : most;
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
      co_await service_.serve(*self);
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

  const EndpointOptions options_;
  asio::io_context io_{1};
  std::list<Connection> connections_;
  EndpointService service_;
  Timer sweep_timer_;
  bool stopping_ = false;
  Gates gates_;
  std::vector<std::string> addresses_;
  std::thread thread_;
};

Endpoint::Endpoint(EndpointOptions options, Page page)
    : loop_(std::make_unique<Loop>(options, std::move(page))) {}

Endpoint::~Endpoint() = default;

const std::string& Endpoint::address() const noexcept { return loop_->addresses().front(); }

const std::vector<std::string>& Endpoint::addresses() const noexcept { return loop_->addresses(); }

void Endpoint::listen(const std::string& address) { loop_->listen(address); }

std::vector<std::string> Endpoint::urls() const { return loop_->urls(); }

void Endpoint::set_ready(bool ready) noexcept { loop_->set_ready(ready); }

}  // namespace seadragon::monitoring
