/// Strings of bits, in the order in which deflate packs them into bytes.
/// Source: RFC 1951, section 3.1.1.
#pragma once

#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace seadragon::monitoring::detail {

/// The lowest `size` bits of a number, whose others are 0. The lowest goes first.
struct Bits {
  std::uint32_t value = 0;
  std::uint32_t size = 0;
};

/// Appends bits to a string, which nobody else may touch before end().
///
/// A copy goes on where the original stands. That is for loops: of a local one the compiler knows
/// that nothing else changes it, and keeps it in registers.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(&out), next_(out.data() + out.size()) {}

  /// Makes room for that many bits from here on. put() does not ask whether there is any.
  void reserve(std::size_t bits) {
    const auto used = static_cast<std::size_t>(next_ - out_->data());
    out_->resize(used + (filled_ + bits) / 8 + sizeof pending_);
    next_ = out_->data() + used;
  }

  /// At most 56 bits altogether.
  template <std::same_as<Bits>... More>
  void put(Bits first, More... more) {
    assert(out_->data() + out_->size() - next_ >= std::ptrdiff_t{sizeof pending_});
    append(first);
    (append(more), ...);
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(next_, &pending_, sizeof pending_);
    next_ += filled_ / 8;
    pending_ >>= filled_ / 8 * 8;
    filled_ %= 8;
  }

  /// Fills the last byte up with zeros.
  void end_byte() { put({0, (8 - filled_) % 8}); }

  /// After end_byte(): cuts off the room that was not needed.
  void end() { out_->resize(static_cast<std::size_t>(next_ - out_->data())); }

 private:
  void append(Bits bits) {
    pending_ |= std::uint64_t{bits.value} << filled_;
    filled_ += bits.size;
  }

  std::string* out_;
  char* next_;
  std::uint64_t pending_ = 0;  // what does not make a byte yet
  std::uint32_t filled_ = 0;   // its size
};

}  // namespace seadragon::monitoring::detail
