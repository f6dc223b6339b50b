#include "lib/src/request_id.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
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
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 32> id;
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = generator();
    for (std::size_t i = 0; i < 16; ++i, bits >>= 4) id[16 * half + i] = digits[bits & 15];
  }
  return RequestId(std::string_view(id.data(), id.size()));
}

}  // namespace seadragon::monitoring
