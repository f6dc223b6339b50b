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

std::mt19937_64 make_generator() noexcept {
  try {
    std::random_device system;
    std::seed_seq seed{system(), system(), system(), system(),
                       system(), system(), system(), system()};
    return std::mt19937_64(seed);
  } catch (...) {
    // No file descriptor or memory left: the clock and the thread's own address have to do.
    const int own = 0;
    return std::mt19937_64(
        reinterpret_cast<std::uintptr_t>(&own) ^
        static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  }
}

/// Of this process and those it was forked from.
int forks_since_start() {
  static std::atomic<int> forks = 0;
  static const int watching = pthread_atfork(nullptr, nullptr, [] { ++forks; });
  static_cast<void>(watching);
  return forks.load(std::memory_order_relaxed);
}

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
  static thread_local std::mt19937_64 generator = make_generator();
  static thread_local int forks_seen = forks_since_start();
  if (forks_seen != forks_since_start()) {  // a child must not repeat what its parent hands out
    generator = make_generator();
    forks_seen = forks_since_start();
  }
  std::array<char, 32> id;
  for (std::size_t half = 0; half < 2; ++half) {
    const std::uint64_t bits = generator();
    write_hexadecimal(static_cast<std::uint32_t>(bits >> 32), &id[16 * half]);
    write_hexadecimal(static_cast<std::uint32_t>(bits), &id[16 * half + 8]);
  }
  return RequestId(std::string_view(id.data(), id.size()));
}

}  // namespace seadragon::monitoring
