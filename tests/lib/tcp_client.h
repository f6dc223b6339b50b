/// A client that sends exactly the bytes it is told to, and leaves when it is told to.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace seadragon::tests {

class TcpClient {
 public:
  /// Connects to this machine.
  explicit TcpClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect to port " + std::to_string(port));
    }
  }
  TcpClient(TcpClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;
  ~TcpClient() {
    if (socket_ >= 0) ::close(socket_);
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server has closed; what it said can still be read
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// Reads until `text` has come, the server closes, or 10 s have passed; all that came.
  std::string read_until(std::string_view text) {
    std::string received;
    char bytes[4096];
    while (text.empty() || received.find(text) == std::string::npos) {
      const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
      if (count <= 0) break;
      received.append(bytes, static_cast<std::size_t>(count));
    }
    return received;
  }

  /// Reads until the server closes.
  std::string read_all() { return read_until(""); }

  /// Says that nothing more will come; an answer can still be read.
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// Whether the server has closed, and all that it sent was read.
  bool is_closed() const {
    char byte = 0;
    const ssize_t count = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN);
  }

  /// Leaves without a word: the server's next write meets a reset connection.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(socket_, -1));
  }

 private:
  int socket_;
};

}  // namespace seadragon::tests
