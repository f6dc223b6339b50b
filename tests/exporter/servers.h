/// Servers to be read from: one that answers, one that never does.
#pragma once

#include <string>
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
  explicit PageServer(httplib::Server::Handler handler) {
    server_.Get("/metrics", std::move(handler));
    // By default cpp-httplib shares its port with any other server of the same user.
    server_.set_socket_options([](socket_t) {});
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // stop() before the loop runs would be lost.
    while (!server_.is_running()) std::this_thread::yield();
  }
  explicit PageServer(std::string page)
      : PageServer([page = std::move(page)](const httplib::Request&, httplib::Response& response) {
          response.set_content(page, "text/plain; version=0.0.4");
        }) {}
  ~PageServer() {
    server_.stop();
    thread_.join();
  }
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/metrics"; }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

/// Takes connections, as the kernel does for any listener, and never says a word.
class SilentServer {
 public:
  SilentServer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(listener_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/metrics"; }

 private:
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
};

}  // namespace seadragon::exporter
