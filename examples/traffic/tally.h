/// Adds up what the clients saw, to be compared with what the server counted.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "examples/traffic/exchange.h"

namespace traffic {

/// All functions may be called from any thread.
class Tally {
 public:
  /// An exchange that ended: one request with its status, or a transport error when no answer came.
  void count(const PlannedRequest& request, const Seen& seen);

  /// An exchange that was interrupted because there was no time to let it end.
  void count_unfinished();

  /// One line for a person who watches.
  std::string line() const;

  /// {"requests": N, "by_route_status": [{"method", "route", "status", "count"}], "left": N,
  ///  "streams": N, "incomplete": N, "tokens": {"prompt": N, "completion": N},
  ///  "transport_errors": N, "unfinished": N, "duration_seconds_sum": x}
  ///
  /// `requests` is the sum of the counts. `left` is in it, as are `incomplete` answers, which broke
  /// off although the client would have read on or told of an error inside a stream.
  /// `transport_errors` and `unfinished` are not, nor in the duration.
  std::string json() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> by_route_status_;
  std::uint64_t requests_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t streams_ = 0;
  std::uint64_t incomplete_ = 0;
  std::uint64_t prompt_tokens_ = 0;
  std::uint64_t completion_tokens_ = 0;
  std::uint64_t transport_errors_ = 0;
  std::uint64_t unfinished_ = 0;
  double seconds_ = 0;
};

}  // namespace traffic
