/// Reads a small file whole.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace seadragon::monitoring::detail {

/// More than any file of proc(5) that is read here, or a configuration, has a reason to hold.
inline constexpr std::size_t max_file_bytes = std::size_t{1} << 20;

/// Throws std::runtime_error that names the file and the reason ("/proc/stat: Permission denied");
/// a file of more than max_file_bytes is refused.
std::string read_file(const std::string& path);

/// The same for a file that need not be there: nullopt when it is not, when the process it tells of
/// has ended, or when the kernel does not support what it tells of.
std::optional<std::string> find_file(const std::string& path);

}  // namespace seadragon::monitoring::detail
