/// How one request of a CivetWeb server is followed, from its parsed head to the line in the access
/// log. CivetWeb runs all callbacks and the handler of a request in one thread, one request at a
/// time, so what is known of it needs no lock and no allocation. Not part of the API.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <civetweb.h>

#include "seadragon/monitoring/detail/civetweb_answer.h"
#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"
#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring::civetweb::detail {

using CallerResolver = std::function<std::optional<Caller>(const mg_connection*)>;

/// The request that a thread is busy with.
struct Current {
  const mg_connection* connection = nullptr;
  std::optional<HttpExchange> exchange;
  Answer answer;
  int status = 0;  // the best that is known of it; 0: nothing
  bool is_responded = false;
  bool is_head_request = false;

  double respond(int final_status) noexcept {
    status = final_status;
    is_responded = true;
    return exchange->respond(final_status);
  }

  void reset() noexcept {
    connection = nullptr;
    exchange.reset();
  }
};

inline Current& current() noexcept {
  static thread_local Current current;
  return current;
}

/// The request on this connection, if this thread is busy with it.
inline Current* current_of(const mg_connection* connection) noexcept {
  Current& now = current();
  const bool same = connection != nullptr && now.connection == connection && now.exchange;
  return same && !now.exchange->is_finished() ? &now : nullptr;
}

/// A status that a callback or a handler names. Handlers also return 1 and true, which tell
/// nothing.
inline bool is_status(int number) noexcept { return number >= 100 && number <= 599; }

inline std::string_view text_or_empty(const char* text) noexcept {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

/// What a resolver throws must not cost the client his answer.
inline void identify(HttpExchange& exchange, const CallerResolver& resolve,
                     const mg_connection* connection) noexcept {
  if (!resolve) return;
  try {
    if (const std::optional<Caller> caller = resolve(connection)) exchange.identify(*caller);
  } catch (...) {
    exchange.identify({"error", "error"});
  }
}

/// Follows the request on this connection from now on; nullptr if there is no memory for that. One
/// of this thread that never ended counts as server_abort.
inline Current* begin(Monitor& monitor, const mg_connection* connection) noexcept {
  if (Current* now = current_of(connection)) return now;
  const mg_request_info* request = mg_get_request_info(connection);
  if (request == nullptr) return nullptr;
  Current& now = current();
  now.reset();
  try {
    std::string_view id, forwarded_for, user_agent;
    std::string joined;  // X-Forwarded-For may come several times
    for (int i = 0; i < request->num_headers; ++i) {
      const std::string_view name = text_or_empty(request->http_headers[i].name);
      const std::string_view value = text_or_empty(request->http_headers[i].value);
      if (id.empty() && equals_ignoring_case(name, "X-Request-ID")) id = value;
      if (equals_ignoring_case(name, "User-Agent")) user_agent = value;
      if (!equals_ignoring_case(name, "X-Forwarded-For")) continue;
      if (forwarded_for.empty()) {
        forwarded_for = value;
      } else {
        joined = std::string(forwarded_for).append(",").append(value);
        forwarded_for = joined;
      }
    }
    HttpRequestHead head;
    head.method = text_or_empty(request->request_method);
    head.path =
        text_or_empty(request->local_uri != nullptr ? request->local_uri : request->request_uri);
    // Refused before CivetWeb took the query string off.
    head.path = head.path.substr(0, head.path.find('?'));
    head.request_id = id;
    head.client = request->remote_addr;
    head.forwarded_for = forwarded_for;
    head.user_agent = user_agent;
    now.exchange.emplace(monitor, head);
    now.connection = connection;
    now.answer = Answer();
    now.status = 0;
    now.is_responded = false;
    now.is_head_request = head.method == "HEAD";
  } catch (...) {
    now.reset();
    return nullptr;
  }
  return &now;
}

/// The bytes sent, head included, as the access log tells them; nullopt if it does not. The line
/// reads `... "GET /path?query HTTP/1.1" 200 512 referer user-agent`; what the client wrote into it
/// is not mistaken for its end.
inline std::optional<std::uint64_t> logged_bytes(const mg_request_info& request,
                                                 std::string_view line) noexcept {
  const std::string_view parts[] = {"\"",
                                    text_or_empty(request.request_method),
                                    " ",
                                    text_or_empty(request.request_uri),
                                    request.query_string != nullptr ? "?" : "",
                                    text_or_empty(request.query_string),
                                    " HTTP/",
                                    text_or_empty(request.http_version),
                                    "\" "};
  for (std::size_t at = line.find('"'); at != std::string_view::npos; at = line.find('"', at + 1)) {
    std::string_view rest = line.substr(at);
    bool fits = true;
    for (const std::string_view part : parts) {
      fits = fits && rest.substr(0, part.size()) == part;
      if (fits) rest.remove_prefix(part.size());
    }
    if (!fits) continue;
    rest.remove_prefix(std::min(rest.size(), rest.find(' ')));  // the status
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);
    std::uint64_t bytes = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), bytes);
    if (parsed.ec != std::errc()) return std::nullopt;
    return bytes;
  }
  return std::nullopt;
}

/// How an answer ended of which `logged` bytes went out, as far as that is known.
inline HttpOutcome outcome(const Current& now, std::optional<std::uint64_t> logged) noexcept {
  const Answer& answer = now.answer;
  if (answer.is_lost) return HttpOutcome::client_abort;
  if (!answer.is_seen()) {
    // Not by us, but by somebody, unless nothing went out at all.
    return answer.is_body_by_server || logged != 0U ? HttpOutcome::completed
                                                    : HttpOutcome::server_abort;
  }
  // Files of the user's that do not include our header may have written the rest.
  const bool others_wrote = logged && !answer.is_head_by_server && *logged > answer.written;
  return others_wrote || answer.is_complete(!now.is_head_request) ? HttpOutcome::completed
                                                                  : HttpOutcome::server_abort;
}

/// Ends the exchange. What nobody saw on its way is taken from the access log, head included.
inline void finish(Current& now, std::optional<std::uint64_t> logged) noexcept {
  const Answer& answer = now.answer;
  if (!now.is_responded && is_status(now.status)) now.respond(now.status);
  const HttpOutcome end = outcome(now, logged);
  // Where CivetWeb wrote the head and nothing else, the difference is that head.
  const bool is_all_counted = answer.is_head_by_server && !answer.is_body_by_server;
  if (logged && !is_all_counted && *logged > answer.written) {
    now.exchange->sent(*logged - answer.written);
  }
  now.exchange->finish(end);
}

}  // namespace seadragon::monitoring::civetweb::detail
