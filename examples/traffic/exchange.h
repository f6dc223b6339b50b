/// Sends one request and watches what comes back.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <httplib.h>

#include "examples/traffic/plan.h"

namespace traffic {

/// What the client saw.
struct Seen {
  int status = 0;         ///< 0: no answer came.
  bool left = false;      ///< The client went away in the middle of a stream, as planned.
  bool complete = false;  ///< The whole answer came.
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
  double seconds = 0;  ///< From before the connection to the last byte.
};

/// One request on a connection of its own. A kept connection can be closed by the server just when
/// the next request is sent, and nobody could tell whether that request was counted.
class Exchange {
 public:
  Exchange(const std::string& target, PlannedRequest request);

  const PlannedRequest& request() const { return request_; }

  /// Returns when the exchange has ended; never repeats or redirects a request.
  Seen perform();

  /// Makes perform() return soon. From any thread.
  void interrupt() { client_.stop(); }

 private:
  PlannedRequest request_;
  httplib::Client client_;
};

}  // namespace traffic
