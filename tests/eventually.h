/// Awaits what another thread or process is about to do.
#pragma once

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace seadragon::tests {

/// True as soon as `condition()` is; false if it is not within 20 s.
template <class Condition>
bool eventually(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace seadragon::tests
