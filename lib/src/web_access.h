/// Who may scrape, as the web configuration says at this moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/src/tls_context.h"
#include "lib/src/web_config.h"

namespace seadragon::monitoring::detail {

struct WebAccess {
  WebConfig config;
  std::shared_ptr<const TlsContext> tls;  ///< nullptr: plain HTTP.
};

/// Throws what read_web_config() and TlsContext do; no path: everybody may, in plain HTTP.
std::shared_ptr<const WebAccess> read_web_access(const std::string& path);

/// Follows the file, and those that it names: certificates are renewed without a restart. One
/// thread at a time.
class WebAccessFile {
 public:
  using Tell = std::function<void(const std::string& what)>;

  /// Reads it; throws as read_web_access().
  WebAccessFile(std::string path, Tell on_error);

  /// What it says now. Looks for a change once a second at most, and takes one that was there a
  /// second ago already: who writes has finished. A bad file, or one that takes TLS or all users
  /// away, keeps what was, is told once, and looked at again until it is good: an empty file may be
  /// a mishap, and must not open the endpoint to everybody.
  std::shared_ptr<const WebAccess> now();

 private:
  /// Of each file: what changes with it.
  using Stamp = std::vector<std::pair<std::int64_t, std::uint64_t>>;
  static Stamp stamp_of(const WebConfig& config);

  void follow();

  const std::string path_;
  const Tell on_error_;
  std::shared_ptr<const WebAccess> access_;
  Stamp stamp_;          // of what access_ was read from
  Stamp seen_;           // at the last look
  std::string failure_;  // of the last reading
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace seadragon::monitoring::detail
