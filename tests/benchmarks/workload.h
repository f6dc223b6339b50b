/// What is recorded: the same values and labels on both sides of every comparison.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace seadragon::bench {

/// Upper bounds of a histogram of durations, in seconds.
inline const std::vector<double> bounds{.001, .002, .005, .01, .02, .05, .1, .2,
                                        .5,   1,    2,    5,   10,  20,  60, 120};

/// Every program sees the same numbers. Xorshift, good enough to defeat branch prediction.
class Random {
 public:
  std::uint64_t operator()() noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

 private:
  std::uint64_t state_ = 88'172'645'463'325'252;
};

inline constexpr unsigned value_count = 1024;

/// Durations between 0.5 ms and 200 s, each decade as likely as the next.
inline const std::array<double, value_count> values = [] {
  constexpr double shortest = 0.0005;
  constexpr double longest = 200;
  std::array<double, value_count> made{};
  Random random;
  for (double& value : made) {
    const double share = static_cast<double>(random() >> 11) * 0x1p-53;
    value = shortest * std::pow(longest / shortest, share);
  }
  return made;
}();

inline double value(unsigned i) noexcept { return values[i % value_count]; }

/// The labels of a request: 8 routes, 2 methods, 4 statuses.
inline constexpr unsigned label_sets = 64;

inline std::string_view route(unsigned i) noexcept {
  static constexpr std::string_view routes[] = {
      "/v1/completions", "/v1/chat/completions", "/v1/embeddings", "/health", "/v1/models",
      "/tokenize",       "/detokenize",          "/metrics"};
  return routes[i % 8];
}

inline std::string_view method(unsigned i) noexcept { return i / 8 % 2 == 0 ? "GET" : "POST"; }

inline std::string_view status(unsigned i) noexcept {
  static constexpr std::string_view statuses[] = {"200", "400", "429", "500"};
  return statuses[i / 16 % 4];
}

}  // namespace seadragon::bench
