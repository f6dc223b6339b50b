#include "seadragon/monitoring/http.h"

#include "lib/src/http_series.h"
#include "lib/src/monitor_parts.h"
#include "lib/src/request_id.h"

namespace seadragon::monitoring {
namespace {

double seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

HttpExchange::HttpExchange(Monitor& monitor, const HttpRequestHead& head)
    : parts_(*monitor.parts_),
      method_(head.method),
      path_(head.path),
      request_id_(is_request_id(head.request_id) ? std::string(head.request_id)
                                                 : make_request_id()),
      client_(parts_.trusted_proxies.client(head.client, head.forwarded_for)) {
  parts_.http.started.increment();
  parts_.log.request_started(method_, path_, request_id_);
}

HttpExchange::~HttpExchange() { finish(HttpOutcome::server_abort); }

Usage HttpExchange::identify(const Caller& caller) noexcept {
  usage_ = Usage(parts_.usages.find(caller));
  try {
    user_ = caller.user;
    api_key_ = caller.api_key;
  } catch (...) {  // out of memory: the log does not name them
  }
  return usage_;
}

double HttpExchange::respond(int status) noexcept {
  status_ = status;
  head_ = Clock::now();
  return seconds(head_ - begin_);
}

void HttpExchange::sent(std::uint64_t bytes) noexcept {
  if (first_byte_ == Clock::time_point{}) first_byte_ = Clock::now();
  response_bytes_ += bytes;
}

void HttpExchange::finish(HttpOutcome outcome) noexcept {
  if (finished_) return;
  finished_ = true;
  if (outcome == HttpOutcome::completed && status_ >= 500) outcome = HttpOutcome::error;
  const double duration = seconds(Clock::now() - begin_);
  try {
    detail::RouteSeries& route = route_ != nullptr ? *route_ : parts_.http.unmatched();
    detail::MethodSeries& method = route.method(detail::method_index(method_));
    method.requests(status_).increment();
    method.duration.observe(duration, request_id_);
    // Without a body the head is the first that the client gets.
    const Clock::time_point first = first_byte_ == Clock::time_point{} ? head_ : first_byte_;
    if (first != Clock::time_point{}) route.time_to_first_byte.observe(seconds(first - begin_));
    route.outcomes(outcome).increment();
    route.request_bytes.increment(request_bytes_);
    route.response_bytes.increment(response_bytes_);
    if (usage_.series_ != nullptr) {
      usage_.series_->requests.increment();
      if (status_ >= 400) usage_.series_->errors.increment();
    }
    parts_.log.request_completed(method_, path_, status_, duration, request_id_);
  } catch (...) {
    // A status that was never seen could not be registered: out of memory or of cells.
  }
  parts_.http.finished.increment();
}

}  // namespace seadragon::monitoring
