#include "lib/src/request_id.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <random>

#include <pthread.h>

namespace seadragon::monitoring {
namespace {

std::mt19937_64 make_generator() {
  std::random_device system;
  std::seed_seq seed{system(), system(), system(), system(),
                     system(), system(), system(), system()};
  return std::mt19937_64(seed);
}

/// Of this process and those it was forked from.
int forks_since_start() {
  static std::atomic<int> forks = 0;
  static const int watching = pthread_atfork(nullptr, nullptr, [] { ++forks; });
  static_cast<void>(watching);
  return forks.load(std::memory_order_relaxed);
}

}  // namespace

bool is_request_id(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, is_allowed);
}

std::string make_request_id() {
  static thread_local std::mt19937_64 generator = make_generator();
  static thread_local int forks_seen = forks_since_start();
  if (forks_seen != forks_since_start()) {  // a child must not repeat what its parent hands out
    generator = make_generator();
    forks_seen = forks_since_start();
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  id.reserve(32);
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = generator();
    for (int i = 0; i < 16; ++i, bits >>= 4) id += digits[bits & 15];
  }
  return id;
}

}  // namespace seadragon::monitoring
