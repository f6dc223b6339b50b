#include "alertmanager/configure/curl.h"

#include <stdexcept>

namespace seadragon::alerts {

CurlHandle new_curl_handle() {
  // Once, and before the first thread that might use it: a function's static is both.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlHandle handle(ready == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (!handle) throw std::runtime_error("libcurl cannot be started: is there memory left?");
  // A signal for the deadline of a look-up is nothing a program with threads can bear.
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
  return handle;
}

}  // namespace seadragon::alerts
