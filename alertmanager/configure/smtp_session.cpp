#include "alertmanager/configure/smtp_session.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

#include "alertmanager/configure/curl.h"

namespace seadragon::alerts {
namespace {

using std::chrono::steady_clock;

/// libcurl holds the session; this hears what is said, and watches the clock.
class Listener {
 public:
  Listener(CURL* handle, const MailServer& server, const SmtpDeadlines& deadlines)
      : handle_(handle), dialogue_(server), deadlines_(deadlines) {
    set(CURLOPT_VERBOSE, 1L);
    set(CURLOPT_DEBUGFUNCTION, &Listener::hear);
    set(CURLOPT_DEBUGDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Listener::watch);
    set(CURLOPT_XFERINFODATA, this);
    // The deadlines are ours; those of libcurl only must not come first.
    const std::chrono::milliseconds sum =
        deadlines.connect + 10 * deadlines.reply + deadlines.acceptance;
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(sum.count()));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(sum.count() / 1000 + 1));
  }

  const SmtpDialogue& dialogue() const { return dialogue_; }
  /// The step whose deadline has passed, if one has.
  bool is_late() const { return late_; }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(handle_, option, value);
  }

  static int hear(CURL*, curl_infotype type, char* bytes, std::size_t count, void* self) {
    auto& dialogue = static_cast<Listener*>(self)->dialogue_;
    const std::string_view text(bytes, count);
    if (type == CURLINFO_HEADER_OUT) dialogue.sent(text);
    if (type == CURLINFO_HEADER_IN) dialogue.received(text);
    if (type == CURLINFO_DATA_OUT) dialogue.content_sent();
    return 0;
  }

  static int watch(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Listener*>(self)->passes_deadline() ? 1 : 0;
  }

  bool passes_deadline() {
    curl_off_t connected = 0;
    curl_easy_getinfo(handle_, CURLINFO_CONNECT_TIME_T, &connected);
    const std::size_t progress = dialogue_.progress() + (connected > 0 ? 1 : 0);
    const auto now = steady_clock::now();
    if (progress != progress_) {
      progress_ = progress;
      since_ = now;
    }
    const auto allowed = connected == 0                      ? deadlines_.connect
                         : dialogue_.step() == Step::content ? deadlines_.acceptance
                                                             : deadlines_.reply;
    late_ = late_ || now - since_ > allowed;
    return late_;
  }

  CURL* handle_;
  SmtpDialogue dialogue_;
  const SmtpDeadlines deadlines_;
  std::size_t progress_ = 0;
  steady_clock::time_point since_ = steady_clock::now();
  bool late_ = false;
};

std::string url_of(const MailServer& server, const std::string& hello) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
  const bool is_ipv6 = server.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + server.host + "]" : server.host;
  const auto set = [&](CURLUPart part, const std::string& value) {
    if (curl_url_set(url.get(), part, value.c_str(), CURLU_URLENCODE) == CURLUE_OK) return;
    throw std::runtime_error("\"" + value +
                             "\" cannot be part of a mail server's address: correct "
                             "smtp.server (SMTP_SERVER) or smtp.hello");
  };
  set(CURLUPART_SCHEME, server.tls == Tls::implicit ? "smtps" : "smtp");
  set(CURLUPART_HOST, host);
  set(CURLUPART_PORT, std::to_string(server.port));
  set(CURLUPART_PATH, "/" + (hello.empty() ? "localhost" : hello));
  char* text = nullptr;
  if (curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) throw std::bad_alloc();
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
  return text;
}

/// The last thing that counts: how the server takes leave does not.
const Exchange* last_of(const std::vector<Exchange>& exchanges) {
  const auto last =
      std::ranges::find_if(exchanges.rbegin(), exchanges.rend(),
                           [](const Exchange& exchange) { return exchange.step != Step::quit; });
  return last == exchanges.rend() ? nullptr : &*last;
}

Cause cause_of(CURLcode result, CURL* handle, const SmtpDialogue& dialogue) {
  long verdict = 0;
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &verdict);
  // libcurl looks at the name before it fetches OpenSSL's verdict, which then is still as it began.
  constexpr long unasked = 1;
  constexpr long not_yet_valid = 9, has_expired = 10;  // X509_V_ERR_... of OpenSSL, verify(1)
  static const std::map<CURLcode, Cause> causes = {
      {CURLE_COULDNT_RESOLVE_HOST, Cause::unresolved},
      {CURLE_COULDNT_CONNECT, Cause::closed},
      {CURLE_SSL_CACERT_BADFILE, Cause::no_authorities},
      {CURLE_PEER_FAILED_VERIFICATION, verdict <= unasked ? Cause::wrong_name : Cause::untrusted},
      {CURLE_RECV_ERROR, Cause::cut},
      {CURLE_SEND_ERROR, Cause::cut},
      {CURLE_GOT_NOTHING, Cause::cut},
      {CURLE_WEIRD_SERVER_REPLY, Cause::cut},
  };
  if (result == CURLE_USE_SSL_FAILED && !dialogue.offers_starttls()) return Cause::no_starttls;
  if (result == CURLE_PEER_FAILED_VERIFICATION &&
      (verdict == has_expired || verdict == not_yet_valid)) {
    return Cause::expired;
  }
  const auto found = causes.find(result);
  return found == causes.end() ? Cause::other : found->second;
}

/// What libcurl's result means; `reason` is what it says of it.
MailEnding ending_of(CURLcode result, CURL* handle, const Listener& listener,
                     const std::string& reason) {
  const Exchange* last = last_of(listener.dialogue().exchanges());
  curl_off_t connected = 0;
  curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME_T, &connected);
  // Without a word from either side it hangs on the connection, on TLS or on the greeting.
  const Step silent = connected == 0 ? Step::connect : Step::greeting;
  const Step step = last == nullptr ? silent : last->step;
  if (last != nullptr && last->code >= 400) {
    return {.cause = Cause::refused, .step = step, .code = last->code, .words = last->reply};
  }
  if (last != nullptr && step == Step::content && last->code / 100 == 2) {
    return {.code = last->code, .words = last->reply};
  }
  if (listener.is_late()) return {.cause = Cause::silent, .step = step, .words = reason};
  const Cause cause = cause_of(result, handle, listener.dialogue());
  const bool is_about_tls = cause == Cause::untrusted || cause == Cause::wrong_name ||
                            cause == Cause::expired || cause == Cause::no_authorities ||
                            result == CURLE_SSL_CONNECT_ERROR;
  return {.cause = cause, .step = is_about_tls ? Step::tls : step, .words = reason};
}

struct Upload {
  std::string_view rest;
  static std::size_t read(char* into, std::size_t, std::size_t room, void* self) {
    auto& rest = static_cast<Upload*>(self)->rest;
    const std::size_t count = std::min(room, rest.size());
    std::memcpy(into, rest.data(), count);
    rest.remove_prefix(count);
    return count;
  }
};

SmtpSession perform(CURL* handle, const MailServer& server, const std::string& hello,
                    const SmtpDeadlines& deadlines) {
  const std::string url = url_of(server, hello);
  char detail[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_USE_SSL,
                   static_cast<long>(server.tls == Tls::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!server.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, server.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  // The connection then ends within this call, with QUIT, and under the same watch.
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
  Listener listener(handle, server, deadlines);
  const CURLcode result = curl_easy_perform(handle);
  SmtpSession session{.exchanges = listener.dialogue().exchanges(),
                      .mechanisms = listener.dialogue().mechanisms(),
                      .odd_prompt = listener.dialogue().odd_prompt()};
  const Exchange* last = last_of(session.exchanges);
  if (result == CURLE_OK && last != nullptr) {
    session.ending = {.step = last->step, .code = last->code, .words = last->reply};
  } else {
    session.ending =
        ending_of(result, handle, listener, *detail != '\0' ? detail : curl_easy_strerror(result));
  }
  // What libcurl still says to the server must find nobody listening any more.
  curl_easy_setopt(handle, CURLOPT_VERBOSE, 0L);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 1L);
  return session;
}

}  // namespace

SmtpSession look_at(const MailServer& server, const std::string& hello,
                    const SmtpDeadlines& deadlines) {
  const CurlHandle handle = new_curl_handle();
  curl_easy_setopt(handle.get(), CURLOPT_CONNECT_ONLY, 1L);
  return perform(handle.get(), server, hello, deadlines);
}

SmtpSession send(const MailServer& server, const std::string& hello, const OutgoingMail& mail,
                 const SmtpDeadlines& deadlines) {
  const CurlHandle handle = new_curl_handle();
  const CurlList recipients(curl_slist_append(nullptr, mail.to.c_str()), curl_slist_free_all);
  Upload upload{mail.content};
  if (!mail.mechanism.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_USERNAME, server.username.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PASSWORD, server.password.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_LOGIN_OPTIONS, ("AUTH=" + mail.mechanism).c_str());
  }
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, mail.from.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, &Upload::read);
  curl_easy_setopt(handle.get(), CURLOPT_READDATA, &upload);
  curl_easy_setopt(handle.get(), CURLOPT_INFILESIZE_LARGE,
                   static_cast<curl_off_t>(mail.content.size()));
  return perform(handle.get(), server, hello, deadlines);
}

}  // namespace seadragon::alerts
