/// A hash for label values, fast for short ones.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace seadragon::monitoring::detail {

/// Chosen at the start of the process: nobody can make up label values that collide.
std::uint64_t label_hash_seed() noexcept;

/// Both halves of the 128-bit product: every bit of `a` and `b` moves every bit of the result.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Mixes `text` into `hash`: multiply and fold, eight bytes a step.
inline std::uint64_t hash_label(std::string_view text, std::uint64_t hash) noexcept {
  // Odd constants without a pattern: the golden ratio and digits of pi.
  constexpr std::uint64_t of_length = 0x9E3779B97F4A7C15;
  constexpr std::uint64_t of_step = 0x13198A2E03707345;
  constexpr std::uint64_t of_rest = 0xA4093822299F31D1;
  const auto word = [](const char* from) {
    std::uint64_t bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
  };
  const char* at = text.data();
  std::size_t left = text.size();
  hash ^= left * of_length;
  for (; left > 8; at += 8, left -= 8) hash = fold(hash ^ word(at), of_step);
  std::uint64_t rest = 0;
  if (left == 8) {
    rest = word(at);
  } else if (text.size() > 8) {
    rest = word(at + left - 8);  // with some of the bytes before
  } else if (left >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, at, sizeof first);
    std::memcpy(&last, at + left - sizeof last, sizeof last);
    rest = std::uint64_t{first} << 32 | last;
  } else if (left > 0) {
    const auto byte = [at](std::size_t i) {
      return std::uint64_t{static_cast<unsigned char>(at[i])};
    };
    rest = byte(0) | byte(left / 2) << 8 | byte(left - 1) << 16;
  }
  return fold(hash ^ rest, of_rest);
}

}  // namespace seadragon::monitoring::detail
