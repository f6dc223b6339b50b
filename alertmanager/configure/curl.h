/// libcurl, started once.
#pragma once

#include <memory>

#include <curl/curl.h>

namespace seadragon::alerts {

using CurlHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using CurlList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// A new handle that uses no signals and no proxies. Throws std::runtime_error when libcurl cannot
/// be started. Any thread.
CurlHandle new_curl_handle();

}  // namespace seadragon::alerts
