/// Opens the sockets that an endpoint listens on.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace seadragon::monitoring::detail {

/// A socket that listens, closed with the object.
class Listener {
 public:
  /// Takes over what listens already. `address` is what clients connect to; `unix_path` is where it
  /// was bound to in the file system.
  Listener(int descriptor, std::string address, std::string unix_path = {});
  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;

  const std::string& address() const { return address_; }
  int family() const;  ///< AF_INET, AF_INET6 or AF_UNIX.
  int native() const { return descriptor_; }

  /// Leaves the socket to who closes it.
  void release() { descriptor_ = -1; }

  /// Takes it out of the file system, where another has not taken its place. The destructor does
  /// too.
  void remove();

 private:
  int descriptor_;
  std::string address_, unix_path_;
  std::pair<std::uint64_t, std::uint64_t> file_;  ///< Device and inode of what was bound.
};

/// host:port, [IPv6]:port, :port for every interface, unix:/path; `systemd` stands for all sockets
/// that systemd handed over (sd_listen_fds(3)), which a process can ask for again and again.
/// Throws std::runtime_error: "cannot listen on 127.0.0.1:80: Permission denied". A socket that a
/// dead process left in the file system is replaced, one that answers is not.
std::vector<Listener> listen_on(const std::string& address);

}  // namespace seadragon::monitoring::detail
