#include "seadragon/monitoring/http.h"

#include "lib/src/http_series.h"
#include "lib/src/log_writer.h"
#include "lib/src/monitor_parts.h"
#include "lib/src/request_id.h"

namespace seadragon::monitoring {
namespace {

double seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

HttpExchange::HttpExchange(Monitor& monitor, const HttpRequestHead& head) noexcept
    : parts_(*monitor.parts_),
      method_index_(static_cast<std::uint8_t>(detail::method_index(head.method))),
      client_(parts_.trusted_proxies.client(head.client, head.forwarded_for)) {
  static_assert(longest_id == longest_request_id);
  if (is_request_id(head.request_id)) {
    request_id_ = head.request_id;
  } else {
    request_id_ = make_request_id();
  }
  parts_.http.started.increment();
  // Whether a request is logged is decided once: it has two lines or none.
  is_logged_ = parts_.log.counts(LogLevel::info);
  if (!is_logged_) return;
  method_ = head.method;
  path_ = head.path;
  if (parts_.log.shows_all()) user_agent_ = head.user_agent;
  parts_.log.request_started({.time = begin_,
                              .method = method_,
                              .path = path_,
                              .request_id = request_id_,
                              .client = client_,
                              .user_agent = user_agent_});
}

HttpExchange::~HttpExchange() { finish(HttpOutcome::server_abort); }

Usage HttpExchange::identify(const Caller& caller) noexcept {
  usage_ = Usage(parts_.usages.find(caller));
  if (is_logged_ && parts_.log.shows_all()) {
    user_ = caller.user;
    api_key_ = caller.api_key;
  }
  return usage_;
}

double HttpExchange::respond(int status) noexcept {
  status_ = status;
  head_ = Clock::now();
  return seconds(head_ - begin_);
}

double HttpExchange::respond(int status, std::uint64_t body_bytes) noexcept {
  const double since_begin = respond(status);
  if (body_bytes > 0) first_byte_ = head_;
  response_bytes_ += body_bytes;
  return since_begin;
}

void HttpExchange::sent(std::uint64_t bytes) noexcept {
  if (first_byte_ == Clock::time_point{}) first_byte_ = Clock::now();
  response_bytes_ += bytes;
}

void HttpExchange::finish(HttpOutcome outcome) noexcept {
  if (finished_) return;
  finished_ = true;
  if (outcome == HttpOutcome::completed && status_ >= 500) outcome = HttpOutcome::error;
  const Clock::time_point end = Clock::now();
  const double duration = seconds(end - begin_);
  // Without a body the head is the first that the client gets.
  const Clock::time_point first = first_byte_ == Clock::time_point{} ? head_ : first_byte_;
  const double to_first_byte = first == Clock::time_point{} ? 0 : seconds(first - begin_);
  detail::RouteSeries& route = route_ != nullptr ? *route_ : parts_.http.unmatched();
  try {
    detail::MethodSeries& method = route.method(method_index_);
    method.requests(status_).increment();
    method.duration.observe(duration, request_id_);
  } catch (...) {
    // A method or status that was never seen could not be registered: out of memory or of cells.
  }
  if (first != Clock::time_point{}) route.time_to_first_byte.observe(to_first_byte);
  route.outcomes(outcome).increment();
  const bool is_error = status_ >= 400;
  if (is_error) route.errors.increment();
  if (request_bytes_ > 0) route.request_bytes.increment(request_bytes_);
  route.response_bytes.increment(response_bytes_);
  if (usage_.series_ != nullptr) {
    usage_.series_->requests.increment();
    if (is_error) usage_.series_->errors.increment();
  }
  parts_.http.finished.increment();
  if (!parts_.log.counts(LogLevel::info) || !is_logged_) return;
  parts_.log.request_completed({.time = end,
                                .method = method_,
                                .path = path_,
                                .request_id = request_id_,
                                .client = client_,
                                .user_agent = user_agent_,
                                .route = route.name(),
                                .outcome = detail::outcome_name(outcome),
                                .user = user_,
                                .api_key = api_key_,
                                .status = status_,
                                .seconds = duration,
                                .first_byte_seconds = to_first_byte,
                                .request_bytes = request_bytes_,
                                .response_bytes = response_bytes_});
}

HttpConnection::HttpConnection(Monitor& monitor) noexcept : series_(monitor.parts_->http) {
  series_.connections_accepted.increment();
}

HttpConnection::~HttpConnection() {
  if (!waiting_) return;
  series_.connections_refused.increment();
  series_.connections_served.increment();
}

void HttpConnection::start() noexcept {
  if (!waiting_) return;
  waiting_ = false;
  series_.connections_served.increment();
  series_.connection_wait.observe(seconds(Clock::now() - accepted_));
}

}  // namespace seadragon::monitoring
