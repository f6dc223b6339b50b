#include "lib/src/request_id.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <random>

#include <pthread.h>

namespace seadragon::monitoring {
namespace {

/// Of this process and those it was forked from.
int forks_since_start() {
  static std::atomic<int> forks = 0;
  static const int watching = pthread_atfork(nullptr, nullptr, [] { ++forks; });
  static_cast<void>(watching);
  return forks.load(std::memory_order_relaxed);
}

/// Two SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) in as
/// many words: an id reads two cache lines less than one of std::mt19937_64.
struct Generator {
  std::uint64_t high = 0, low = 0;
  int forks_seen = -1;  // never seeded

  static std::uint64_t next(std::uint64_t& state) noexcept {
    state += 0x9E3779B97F4A7C15;
    std::uint64_t bits = state;
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
    return bits ^ bits >> 31;
  }

  [[gnu::cold]] void seed(int forks) noexcept {
    forks_seen = forks;
    try {
      std::random_device system;
      const auto word = [&system] {
        return static_cast<std::uint64_t>(system()) << 32 | static_cast<std::uint64_t>(system());
      };
      high = word();
      low = word();
    } catch (...) {
      // No file descriptor or memory left: the clock and the thread's own address have to do.
      high +=
          static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
      low += reinterpret_cast<std::uintptr_t>(this) ^ high;
    }
  }
};

constexpr std::array<bool, 256> allowed = [] {
  std::array<bool, 256> bytes{};
  for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-")) {
    bytes[static_cast<unsigned char>(c)] = true;
  }
  return bytes;
}();

/// Eight digits, all at once: each half byte gets a byte of its own, and a digit from it.
void write_hexadecimal(std::uint32_t bits, char* out) noexcept {
  std::uint64_t digits = bits;
  digits = (digits << 16 | digits) & 0x0000FFFF0000FFFF;
  digits = (digits << 8 | digits) & 0x00FF00FF00FF00FF;
  digits = (digits << 4 | digits) & 0x0F0F0F0F0F0F0F0F;
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t letters = (digits + 6 * each) >> 4 & each;  // 1 where it is above 9
  digits += '0' * each + ('a' - '0' - 10) * letters;
  std::memcpy(out, &digits, sizeof digits);  // random in whatever order the bytes come
}

}  // namespace

bool is_request_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_request_id &&
         std::ranges::all_of(text, [](char c) { return allowed[static_cast<unsigned char>(c)]; });
}

RequestId make_request_id() noexcept {
  static thread_local constinit Generator generator;
  const int forks = forks_since_start();
  // A child must not repeat what its parent hands out.
  if (generator.forks_seen != forks) generator.seed(forks);
  std::array<char, 32> id;
  for (std::size_t half = 0; half < 2; ++half) {
    const std::uint64_t bits = Generator::next(half == 0 ? generator.high : generator.low);
    write_hexadecimal(static_cast<std::uint32_t>(bits >> 32), &id[16 * half]);
    write_hexadecimal(static_cast<std::uint32_t>(bits), &id[16 * half + 8]);
  }
  return RequestId(std::string_view(id.data(), id.size()));
}

}  // namespace seadragon::monitoring
