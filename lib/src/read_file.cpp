#include "lib/src/read_file.h"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "lib/src/descriptor.h"

namespace seadragon::monitoring::detail {
namespace {

/// 0, or an errno.
int read_into(std::string& text, const std::string& path) {
  // Not a stream: those hide errno, and read() on a directory must say so.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return errno;
  std::array<char, 16384> chunk;
  while (true) {
    const ssize_t count = ::read(file.number(), chunk.data(), chunk.size());
    if (count == 0) return 0;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.append(chunk.data(), static_cast<std::size_t>(count));
    if (text.size() > max_file_bytes) return EFBIG;
  }
}

[[noreturn]] void fail(const std::string& path, int error) {
  throw std::runtime_error(path + ": " + std::generic_category().message(error));
}

}  // namespace

std::string read_file(const std::string& path) {
  std::string text;
  if (const int error = read_into(text, path); error != 0) fail(path, error);
  return text;
}

std::optional<std::string> find_file(const std::string& path) {
  std::string text;
  const int error = read_into(text, path);
  for (const int absent : {ENOENT, ENOTDIR, ESRCH, EOPNOTSUPP, ENODEV}) {
    if (error == absent) return std::nullopt;
  }
  if (error != 0) fail(path, error);
  return text;
}

}  // namespace seadragon::monitoring::detail
