/// Hash and comparison of label values, fast for short ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace seadragon::monitoring::detail {

/// Chosen at the start of the process: nobody can make up label values that collide.
std::uint64_t make_label_hash_seed();

/// Both halves of the 128-bit product: every bit of `a` and `b` moves every bit of the result.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Reads a number of the size of `Word` from bytes.
template <class Word>
Word word_at(const char* bytes) noexcept {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Whether `size` bytes are the same: what memcmp(3) does, without the call, which would cost more
/// than the comparison of a short value.
inline bool same_bytes(const char* a, const char* b, std::size_t size) noexcept {
  const auto same = [a, b](std::size_t at, auto word) {
    return word_at<decltype(word)>(a + at) == word_at<decltype(word)>(b + at);
  };
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      if (!same(at, std::uint64_t{})) return false;
    }
    return same(size - 8, std::uint64_t{});
  }
  if (size >= 4) return same(0, std::uint32_t{}) && same(size - 4, std::uint32_t{});
  for (std::size_t at = 0; at < size; ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

/// Hash of one label value: multiply and fold, sixteen bytes a step, overlapping at the end.
inline std::uint64_t hash_label(std::string_view text, std::uint64_t seed) noexcept {
  // Odd constants without a pattern: the golden ratio and digits of pi.
  constexpr std::uint64_t of_length = 0x9E3779B97F4A7C15;
  constexpr std::uint64_t of_step = 0x13198A2E03707345;
  constexpr std::uint64_t of_rest = 0xA4093822299F31D1;
  const char* at = text.data();
  const std::size_t size = text.size();
  std::uint64_t hash = seed, low = 0, high = 0;
  if (size >= 8) {
    std::size_t left = size;
    for (; left > 16; at += 16, left -= 16) {
      hash = fold(word_at<std::uint64_t>(at) ^ of_step, word_at<std::uint64_t>(at + 8) ^ hash);
    }
    const char* const end = text.data() + size;
    low = word_at<std::uint64_t>(left >= 8 ? at : end - 16);
    high = word_at<std::uint64_t>(end - 8);
  } else if (size >= 4) {
    low = word_at<std::uint32_t>(at);
    high = word_at<std::uint32_t>(at + size - 4);
  } else if (size > 0) {
    const auto byte = [at](std::size_t i) {
      return std::uint64_t{static_cast<unsigned char>(at[i])};
    };
    low = byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
  }
  return fold(low ^ hash ^ of_rest, high ^ size * of_length);
}

/// Hash of a series: of the values of all its labels, in their order. They are hashed side by side,
/// so that the processor need not wait for one to begin the next.
inline std::uint32_t hash_labels(std::span<const std::string_view> values,
                                 std::uint64_t seed) noexcept {
  constexpr std::uint64_t of_next = 0xBE5466CF34E90C6D;
  std::uint64_t hash = seed;
  for (const std::string_view value : values) hash = fold(hash ^ hash_label(value, seed), of_next);
  return static_cast<std::uint32_t>(hash);
}

}  // namespace seadragon::monitoring::detail
