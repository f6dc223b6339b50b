/// The addresses of a name, as this machine finds them: files, DNS, what nsswitch.conf(5) says.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace seadragon::exporter {

struct Addresses {
  std::vector<std::string> found;  ///< In numbers, IPv6 with its zone; the first to be tried first.
  std::string failure;             ///< Empty when some were found.
};

/// A look-up under way, on a thread of its own: getaddrinfo(3) cannot be interrupted, and takes
/// half a minute when no DNS server answers. It is abandoned by its destructor, which waits for
/// nothing; the thread ends when getaddrinfo does. A name that is still being looked up is not
/// looked up a second time, so that no more threads are left behind than there are names.
class LookUp {
 public:
  using Told = std::function<void(const Addresses&)>;

  /// `told` is called on the other thread, once, unless this is destroyed before. It must not throw
  /// and neither make nor destroy a LookUp. Throws std::system_error when there can be no thread.
  LookUp(const std::string& name, Told told);
  ~LookUp();
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;

 private:
  static void run(const std::string& name);

  const std::string name_;
  const Told told_;
};

}  // namespace seadragon::exporter
