#include "lib/src/listener.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/src/descriptor.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr int first_of_systemd = 3;  // SD_LISTEN_FDS_START

[[noreturn]] void refuse(const std::string& address, const std::string& why) {
  throw std::runtime_error("cannot listen on " + address + ": " + why);
}

[[noreturn]] void refuse(const std::string& address, int error) {
  refuse(address, std::generic_category().message(error));
}

/// host:port of a socket.
std::string name_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return std::string(text.data()) + ':' + std::to_string(ntohs(v4.sin_port));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  return '[' + std::string(text.data()) + "]:" + std::to_string(ntohs(v6.sin6_port));
}

std::string address_of(int descriptor) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size);
  if (bound.ss_family == AF_UNIX) {
    return std::string(unix_prefix) + reinterpret_cast<const sockaddr_un&>(bound).sun_path;
  }
  return name_of(bound);
}

void set(int descriptor, int level, int option, int value) {
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

/// 0, or an errno.
int listen_at(int descriptor, const sockaddr* address, socklen_t size) {
  if (::bind(descriptor, address, size) != 0) return errno;
  return ::listen(descriptor, SOMAXCONN) == 0 ? 0 : errno;
}

struct HostAndPort {
  std::string host, port;
};

HostAndPort split(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) refuse(address, "host:port is needed");
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::string port = address.substr(colon + 1);
  std::uint16_t number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size()) {
    refuse(address, "the port is not 0 to 65535");
  }
  return {std::move(host), std::move(port)};
}

Listener listen_on_tcp(const std::string& address) {
  const HostAndPort where = split(address);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* const host = where.host.empty() ? nullptr : where.host.c_str();
  if (const int error = ::getaddrinfo(host, where.port.c_str(), &hints, &found); error != 0) {
    refuse(address, ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);

  // No host means every interface: one socket of IPv6 hears both, where the kernel has IPv6.
  const auto is_v6 = [](const addrinfo* one) { return one->ai_family == AF_INET6; };
  std::vector<const addrinfo*> candidates;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) candidates.push_back(one);
  if (host == nullptr) std::stable_partition(candidates.begin(), candidates.end(), is_v6);
  int error = 0;
  for (const addrinfo* const one : candidates) {
    Descriptor socket(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    error = errno;
    if (socket.number() < 0) continue;
    set(socket.number(), SOL_SOCKET, SO_REUSEADDR, 1);
    // Accepted sockets inherit it; without it a small answer waits 40 ms for an acknowledgement.
    set(socket.number(), IPPROTO_TCP, TCP_NODELAY, 1);
    if (is_v6(one)) set(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    error = listen_at(socket.number(), one->ai_addr, one->ai_addrlen);
    if (error == 0) {
      std::string name = address_of(socket.number());
      return {socket.release(), std::move(name)};
    }
    if (error != EADDRNOTAVAIL && error != EAFNOSUPPORT) break;
  }
  refuse(address, error);
}

/// Whether a process answers at the socket in the file system.
bool answers(const sockaddr_un& path) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.number() < 0) return true;
  const auto* const address = reinterpret_cast<const sockaddr*>(&path);
  return ::connect(socket.number(), address, sizeof path) == 0 || errno != ECONNREFUSED;
}

Listener listen_on_unix(const std::string& address) {
  const std::string path = address.substr(unix_prefix.size());
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty()) refuse(address, "a path is needed");
  if (path.size() >= sizeof name.sun_path) refuse(address, ENAMETOOLONG);
  std::memcpy(name.sun_path, path.data(), path.size());

  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.number() < 0) refuse(address, errno);
  struct stat status {};
  const bool is_socket = ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
  if (is_socket && !answers(name)) ::unlink(path.c_str());
  const int error =
      listen_at(socket.number(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
  if (error != 0) refuse(address, error);
  return {socket.release(), address, path};
}

/// Device and inode; those of nothing where there is none.
std::pair<std::uint64_t, std::uint64_t> file_at(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

std::optional<int> number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  int number = 0;
  const char* const end = text + std::strlen(text);
  const auto parsed = std::from_chars(text, end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

std::vector<Listener> listen_on_systemd() {
  constexpr const char* address = "systemd";
  const int count = number_in("LISTEN_FDS").value_or(0);
  if (number_in("LISTEN_PID") != ::getpid() || count <= 0) {
    refuse(address, "it handed no socket over; a .socket unit does that");
  }
  std::vector<Listener> listeners;
  for (int number = first_of_systemd; number < first_of_systemd + count; ++number) {
    // A copy, so that the same can be asked for again.
    Descriptor copy(::fcntl(number, F_DUPFD_CLOEXEC, first_of_systemd));
    if (copy.number() < 0) refuse(address, errno);
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(copy.number(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 ||
        listens == 0) {
      refuse(address, "descriptor " + std::to_string(number) + " is no socket that listens");
    }
    set(copy.number(), IPPROTO_TCP, TCP_NODELAY, 1);
    std::string name = address_of(copy.number());
    listeners.emplace_back(copy.release(), std::move(name));
  }
  return listeners;
}

}  // namespace

Listener::Listener(int descriptor, std::string address, std::string unix_path)
    : descriptor_(descriptor),
      address_(std::move(address)),
      unix_path_(std::move(unix_path)),
      file_(file_at(unix_path_)) {}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      address_(std::move(other.address_)),
      unix_path_(std::exchange(other.unix_path_, {})),
      file_(other.file_) {}

Listener::~Listener() {
  remove();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Listener::remove() {
  if (!unix_path_.empty() && file_at(unix_path_) == file_) ::unlink(unix_path_.c_str());
  unix_path_.clear();
}

int Listener::family() const {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&bound), &size);
  return bound.ss_family;
}

std::vector<Listener> listen_on(const std::string& address) {
  if (address == "systemd") return listen_on_systemd();
  std::vector<Listener> listeners;
  listeners.push_back(address.starts_with(unix_prefix) ? listen_on_unix(address)
                                                       : listen_on_tcp(address));
  return listeners;
}

}  // namespace seadragon::monitoring::detail
