/// A copy of a short text that takes no memory of its own. Not part of the API.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace seadragon::monitoring::detail {

/// The first `Most` bytes of a text.
template <std::size_t Most>
class ShortText {
 public:
  ShortText() noexcept : size_(0) {}
  explicit ShortText(std::string_view text) noexcept { *this = text; }

  ShortText& operator=(std::string_view text) noexcept {
    std::size_t size = std::min(text.size(), Most);
    size_ = static_cast<std::uint16_t>(size);
#if defined(__GNUC__)
    // Knowing the bound, the compiler would copy by `rep movs`, which takes 30 cycles to begin.
    __asm__("" : "+r"(size));
#endif
    if (size > 0) std::memcpy(bytes_, text.data(), size);
    return *this;
  }

  operator std::string_view() const noexcept { return {bytes_, size_}; }

 private:
  static_assert(Most <= UINT16_MAX);
  std::uint16_t size_;
  char bytes_[Most];  // what lies beyond size_ is never read
};

}  // namespace seadragon::monitoring::detail
