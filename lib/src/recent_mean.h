/// The mean of what was lately added to a total.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

namespace seadragon::monitoring::detail {

/// Told of the totals now and then, it weighs what came in between by its age: what is
/// `time_constant` old counts for a third of what is new. How often it is told makes little
/// difference, so several scrapers do not disturb each other. While nothing new comes the mean
/// stays, and counts for one value when the next one arrives.
class RecentMean {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RecentMean(std::chrono::duration<double> time_constant) : constant_(time_constant) {}

  /// All values since the start: how many, and their sum.
  void update(Clock::time_point now, std::uint64_t count, double sum) {
    const double decay = std::exp(-std::chrono::duration<double>(now - updated_) / constant_);
    if (weight_ * decay >= 1) {
      weight_ *= decay;
      weighted_ *= decay;
    } else if (weight_ > 0) {
      weighted_ = value();
      weight_ = 1;
    }
    weight_ += static_cast<double>(count - count_);
    weighted_ += sum - sum_;
    updated_ = now;
    count_ = count;
    sum_ = sum;
  }

  /// 0 before the first value.
  double value() const { return weight_ > 0 ? weighted_ / weight_ : 0; }

 private:
  const std::chrono::duration<double> constant_;
  Clock::time_point updated_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
  double weight_ = 0, weighted_ = 0;
};

}  // namespace seadragon::monitoring::detail
