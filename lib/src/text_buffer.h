/// Text that grows at its end, fast.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace seadragon::monitoring::detail {

/// Callers ask for room once for several pieces, which are then written without a check.
class TextBuffer {
 public:
  /// Address space for `expected` bytes; memory is taken as it is filled.
  explicit TextBuffer(std::size_t expected) { text_.reserve(expected); }

  static constexpr std::size_t longest_number = 32;

  std::size_t size() const noexcept { return size_; }
  const char* data() const noexcept { return text_.data(); }

  /// Room for `bytes` more.
  void make_room(std::size_t bytes) {
    if (size_ + bytes > text_.size()) grow(size_ + bytes);
  }

  void put(char c) noexcept { text_[size_++] = c; }

  void put(std::string_view piece) noexcept {
    char* const to = text_.data() + size_;
    size_ += piece.size();
    const char* const from = piece.data();
    const std::size_t length = piece.size();
    if (length < step) {
      put_short(to, from, length);
      return;
    }
    for (std::size_t i = 0; i + step <= length; i += step) std::memcpy(to + i, from + i, step);
    std::memcpy(to + length - step, from + length - step, step);
  }

  /// `length` bytes that stand at `from` in this buffer.
  void put_again(std::size_t from, std::size_t length) noexcept {
    put(std::string_view(text_.data() + from, length));
  }

  void put(std::uint64_t number) noexcept { put_chars(number); }
  void put(std::int64_t number) noexcept { put_chars(number); }

  /// The shortest text that reads back as the same double; `NaN`, `+Inf`, `-Inf`.
  void put(double number) noexcept {
    constexpr double exact_integers = 9007199254740992;  // 2^53
    if (std::fabs(number) < exact_integers && number == std::trunc(number)) {
      put_chars(static_cast<std::int64_t>(number));
    } else if (put_decimal(number)) {
      return;
    } else if (std::isfinite(number)) {
      put_chars(number);
    } else {
      put(std::isnan(number) ? std::string_view("NaN")
                             : std::string_view(number > 0 ? "+Inf" : "-Inf"));
    }
  }

  std::string take() {
    text_.resize(size_);
    size_ = 0;
    return std::exchange(text_, {});
  }

 private:
  static constexpr std::size_t step = 16;

  /// Two overlapping copies of a fixed size cost less than a call with any.
  static void put_short(char* to, const char* from, std::size_t length) noexcept {
    if (length >= 8) {
      std::memcpy(to, from, 8);
      std::memcpy(to + length - 8, from + length - 8, 8);
    } else if (length >= 4) {
      std::memcpy(to, from, 4);
      std::memcpy(to + length - 4, from + length - 4, 4);
    } else {
      for (std::size_t i = 0; i < length; ++i) to[i] = from[i];
    }
  }

  template <class Number>
  void put_chars(Number number) noexcept {
    char* const to = text_.data() + size_;
    size_ += static_cast<std::size_t>(std::to_chars(to, to + longest_number, number).ptr - to);
  }

  /// Numbers of at most six decimals, such as levels, times to the microsecond and shares, in a
  /// quarter of the time that any double takes. False, and nothing written, for others.
  ///
  /// A double is nearest to at most one decimal number of up to 15 digits. Where there is one, it
  /// is the shortest that reads back as the double; from 0.001 on an exponent makes none shorter.
  bool put_decimal(double number) noexcept {
    constexpr std::uint64_t scale = 1'000'000;
    constexpr double fifteen_digits = 1e15;
    const double size = std::fabs(number);
    if (!(size >= 0.001 && size * scale < fifteen_digits)) return false;
    const auto scaled = static_cast<std::uint64_t>(size * scale + 0.5);
    if (static_cast<double>(scaled) / scale != size) return false;
    if (number < 0) put('-');
    put_chars(scaled / scale);
    put('.');
    auto decimals = static_cast<std::uint32_t>(scaled % scale);
    for (std::uint32_t digit = scale / 10; decimals > 0; digit /= 10) {
      put(static_cast<char>('0' + decimals / digit));
      decimals %= digit;
    }
    return true;
  }

  // In small steps, as the string fills with zeros what it grows by: these stay in the nearest
  // cache.
  [[gnu::noinline]] void grow(std::size_t needed) {
    constexpr std::size_t growth = 8192;
    if (needed > text_.capacity()) text_.reserve(std::max(needed, 2 * text_.capacity()));
    text_.resize(std::min(text_.capacity(), needed + growth));
  }

  std::string text_;
  std::size_t size_ = 0;  // of what was written; the rest of text_ is room
};

}  // namespace seadragon::monitoring::detail
