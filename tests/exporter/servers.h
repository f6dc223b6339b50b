/// Servers to be read from: one that answers, one that never does, one that does whatever it is
/// told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace seadragon::exporter {

/// Answers GET /metrics on a free port of this machine until destroyed.
class PageServer {
 public:
  explicit PageServer(httplib::Server::Handler handler)
      : PageServer(std::make_unique<httplib::Server>(), std::move(handler)) {}
  explicit PageServer(std::string page) : PageServer(handler_of(std::move(page))) {}

  /// Over TLS, with the certificate and its key in these files.
  PageServer(std::string page, const std::string& certificate, const std::string& key)
      : PageServer(std::make_unique<httplib::SSLServer>(certificate.c_str(), key.c_str()),
                   handler_of(std::move(page))) {}

  ~PageServer() {
    server_->stop();
    thread_.join();
  }
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/metrics"; }

 private:
  PageServer(std::unique_ptr<httplib::Server> server, httplib::Server::Handler handler)
      : server_(std::move(server)) {
    server_->Get("/metrics", std::move(handler));
    // By default cpp-httplib shares its port with any other server of the same user.
    server_->set_socket_options([](socket_t) {});
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    // stop() before the loop runs would be lost.
    while (!server_->is_running()) std::this_thread::yield();
  }

  static httplib::Server::Handler handler_of(std::string page) {
    return [page = std::move(page)](const httplib::Request&, httplib::Response& response) {
      response.set_content(page, "text/plain; version=0.0.4");
    };
  }

  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

/// Takes connections, as the kernel does for any listener, and never says a word.
class SilentServer {
 public:
  explicit SilentServer(int family = AF_INET)
      : listener_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in6 address{};
    address.sin6_addr = in6addr_loopback;
    if (family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(address).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    address.sin6_family = static_cast<sa_family_t>(family);
    socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin6_port);  // at the same place in both families
  }
  ~SilentServer() { ::close(listener_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/metrics"; }

 protected:
  int listener() const { return listener_; }

 private:
  const int listener_;
  int port_ = 0;
};

/// A connection that was taken, when its request has arrived.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {
    char byte = 0;
    while (!request_.ends_with("\r\n\r\n") && ::recv(socket_, &byte, 1, 0) == 1) request_ += byte;
  }

  const std::string& request() const { return request_; }

  /// False when the other side has closed.
  bool send(std::string_view bytes) const {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }

  /// The connection then ends with a reset.
  void reset() const {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  int socket_;
  std::string request_;
};

/// Hands each connection, one after the other, to `speak`, and closes it when that returns.
class SpeakingServer : public SilentServer {
 public:
  explicit SpeakingServer(std::function<void(const Peer&)> speak, int family = AF_INET)
      : SilentServer(family), thread_([this, speak = std::move(speak)] {
          for (int socket; (socket = ::accept(listener(), nullptr, nullptr)) >= 0;) {
            speak(Peer(socket));
            ::close(socket);
          }
        }) {}
  /// Says this, whatever it is asked.
  explicit SpeakingServer(std::string text, int family = AF_INET)
      : SpeakingServer([text = std::move(text)](const Peer& peer) { peer.send(text); }, family) {}
  ~SpeakingServer() {
    ::shutdown(listener(), SHUT_RD);  // wakes accept()
    thread_.join();
  }

 private:
  std::thread thread_;
};

}  // namespace seadragon::exporter
