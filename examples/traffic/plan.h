/// Decides what comes next: the same seed gives the same requests at the same intervals.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "examples/traffic/mix.h"

namespace traffic {

/// How a client of a stream goes away: after so many tokens, or when it has waited too long.
struct Leaving {
  int tokens;
  std::chrono::milliseconds patience;
};

struct PlannedRequest {
  std::string method;
  std::string path;
  std::string route;  ///< As the server registered it, or "unmatched".
  std::string key;
  std::string body = {};
  bool streams = false;
  std::optional<Leaving> leaving = {};
};

/// One thread.
class Plan {
 public:
  struct Options {
    Mix mix = parse_mix(default_mix);
    double leave_ratio = 0.1;  ///< Share of the streams whose client leaves.
    std::string model;
    std::vector<std::string> keys;  ///< At least one.
    std::uint64_t seed = 1;
  };

  explicit Plan(Options options);

  /// Any request of the mix.
  PlannedRequest next();

  /// One that the model has to work on.
  PlannedRequest next_generation();

  /// One of a burst: short, so that the queue is soon empty again.
  PlannedRequest next_of_burst();

  /// Until the next request, when `rate` come in a second, independently of each other.
  std::chrono::duration<double> interval(double rate);

 private:
  PlannedRequest make(Kind kind);
  PlannedRequest chat(bool streams, int max_tokens);
  PlannedRequest leaving_stream();
  const std::string& any_key();
  int between(int least, int most);

  Options options_;
  std::mt19937_64 random_;
};

}  // namespace traffic
