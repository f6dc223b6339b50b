#include "alertmanager/configure/web_request.h"

#include <algorithm>
#include <stdexcept>

#include "alertmanager/configure/curl.h"

namespace seadragon::alerts {
namespace {

constexpr std::size_t most_bytes = 8 * 1024 * 1024;

/// Without "user:password@", which must not reach a log.
std::string shown(const std::string& url) {
  const auto scheme = url.find("://");
  const auto authority = scheme == std::string::npos ? 0 : scheme + 3;
  const auto at = url.rfind('@', url.find_first_of("/?#", authority));
  if (at == std::string::npos || at < authority) return url;
  return url.substr(0, authority) + url.substr(at + 1);
}

/// Of libcurl's CURLOPT_WRITEFUNCTION: another number than it was given ends the transfer.
std::size_t append(const char* bytes, std::size_t, std::size_t count, void* body) {
  auto& text = *static_cast<std::string*>(body);
  if (text.size() + count > most_bytes) return 0;
  text.append(bytes, count);
  return count;
}

WebAnswer perform(CURL* handle, const std::string& url, std::chrono::milliseconds timeout) {
  WebAnswer answer;
  char detail[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  // libcurl takes 0 for "as long as it likes".
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max(timeout, std::chrono::milliseconds(1)).count()));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer.body);
  const CURLcode result = curl_easy_perform(handle);
  if (result == CURLE_WRITE_ERROR) {
    throw std::runtime_error(shown(url) + ": the answer is longer than 8 MiB");
  }
  if (result != CURLE_OK) {
    throw std::runtime_error(shown(url) + ": " +
                             (*detail != '\0' ? detail : curl_easy_strerror(result)));
  }
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace

WebAnswer get(const std::string& url, std::chrono::milliseconds timeout) {
  const CurlHandle handle = new_curl_handle();
  return perform(handle.get(), url, timeout);
}

WebAnswer post(const std::string& url, std::string_view body, std::chrono::milliseconds timeout) {
  const CurlHandle handle = new_curl_handle();
  const CurlList headers(curl_slist_append(nullptr, "Content-Type: application/json"),
                         curl_slist_free_all);
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
  return perform(handle.get(), url, timeout);
}

}  // namespace seadragon::alerts
