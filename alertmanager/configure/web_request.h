/// Asks Alertmanager and Prometheus over HTTP, and never waits or reads longer than told.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace seadragon::alerts {

struct WebAnswer {
  long status = 0;   ///< Of the answer, whatever it is: a 503 is an answer too.
  std::string body;  ///< Whole; at most 8 MiB, more is no answer.
};

/// `timeout` counts from now to the last byte. http:// and https:// only, no redirect is followed,
/// and the proxies of the environment (http_proxy and its kin, curl(1)) are not asked. Any thread.
/// Throws std::runtime_error with the URL, without its user name and password, and why there is no
/// answer.
WebAnswer get(const std::string& url, std::chrono::milliseconds timeout);

/// The same with POST and a body of JSON, which may be empty.
WebAnswer post(const std::string& url, std::string_view body, std::chrono::milliseconds timeout);

}  // namespace seadragon::alerts
