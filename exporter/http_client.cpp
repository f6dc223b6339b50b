#include "exporter/http_client.h"

#include <array>
#include <stdexcept>
#include <utility>

#include <curl/curl.h>

#include "lib/src/version.h"

namespace seadragon::exporter {
namespace {

void check(CURLcode code) {
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

void check(CURLMcode code) {
  if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
}

struct Body {
  std::string text;
  std::size_t limit;
  bool too_long = false;
};

/// CURLOPT_WRITEFUNCTION: a return value other than the size given ends the transfer.
std::size_t receive(const char* bytes, std::size_t, std::size_t count, void* target) {
  auto& body = *static_cast<Body*>(target);
  body.too_long = count > body.limit - body.text.size();
  if (body.too_long) return 0;
  body.text.append(bytes, count);
  return count;
}

/// Has `easy` driven by `multi` for as long as it lives.
class Transfer {
 public:
  Transfer(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    check(curl_multi_add_handle(multi_, easy_));
  }
  ~Transfer() { curl_multi_remove_handle(multi_, easy_); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURLcode finish(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_); });
    int running = 0;
    check(curl_multi_perform(multi_, &running));
    while (running > 0) {
      check(curl_multi_poll(multi_, nullptr, 0, 1000, nullptr));
      if (stop.stop_requested()) throw std::runtime_error("stopped");
      check(curl_multi_perform(multi_, &running));
    }
    int left = 0;
    const CURLMsg* const message = curl_multi_info_read(multi_, &left);
    return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
  }

 private:
  CURLM* multi_;
  CURL* easy_;
};

}  // namespace

// The multi interface, although there is one transfer only: it alone can be woken to stop.
struct HttpClient::Handles {
  CURL* easy = curl_easy_init();
  CURLM* multi = curl_multi_init();
  std::array<char, CURL_ERROR_SIZE> reason{};

  ~Handles() {
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }
};

HttpClient::HttpClient() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  check(ready);
  handles_ = std::make_unique<Handles>();
  CURL* const easy = handles_->easy;
  if (easy == nullptr || handles_->multi == nullptr) throw std::runtime_error("out of memory");

  check(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"));
  check(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
  check(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
  // Else the end of a timed-out look-up would be waited for, which may take minutes.
  check(curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L));
  check(curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ""));
  check(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handles_->reason.data()));
  check(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive));
  const std::string agent = "seadragon-exporter/" + std::string(monitoring::version);
  check(curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str()));
}

HttpClient::~HttpClient() = default;

std::string HttpClient::get(const std::string& url, const HttpLimits& limits,
                            const std::stop_token& stop) {
  // curl takes 0 for "no limit".
  if (limits.time.count() <= 0) throw std::runtime_error("no time left");

  CURL* const easy = handles_->easy;
  Body body{.text = {}, .limit = limits.body_bytes};
  handles_->reason.front() = '\0';
  check(curl_easy_setopt(easy, CURLOPT_URL, url.c_str()));
  check(curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.time.count())));
  check(curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body));

  const CURLcode code = Transfer(handles_->multi, easy).finish(stop);
  if (body.too_long) {
    throw std::runtime_error("the answer is longer than " + std::to_string(limits.body_bytes) +
                             " bytes");
  }
  if (code != CURLE_OK && handles_->reason.front() != '\0') {
    throw std::runtime_error(handles_->reason.data());
  }
  check(code);

  long status = 0;
  check(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status));
  if (status != 200) throw std::runtime_error("answered with status " + std::to_string(status));
  return std::move(body.text);
}

}  // namespace seadragon::exporter
