/// The value of the header X-Process-Time. Not part of the API.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace seadragon::monitoring::detail {

/// Seconds to the microsecond: `0.001250`. What std::to_string gives, in a tenth of its time.
class ProcessTime {
 public:
  explicit ProcessTime(double seconds) noexcept {
    constexpr double most = 1e9;
    constexpr std::uint64_t scale = 1'000'000;
    const double shown = seconds > 0 ? (seconds < most ? seconds : most) : 0;
    const auto microseconds = static_cast<std::uint64_t>(shown * scale + 0.5);
    char* end = std::to_chars(text_, text_ + sizeof text_, microseconds / scale).ptr;
    *end++ = '.';
    std::uint64_t rest = microseconds % scale;
    for (int digit = 5; digit >= 0; --digit, rest /= 10) {
      end[digit] = static_cast<char>('0' + rest % 10);
    }
    size_ = static_cast<unsigned>(end + 6 - text_);
  }

  operator std::string_view() const noexcept { return {text_, size_}; }

 private:
  char text_[24];
  unsigned size_;
};

}  // namespace seadragon::monitoring::detail
