/// Compares text with a file that is kept under version control.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace seadragon::tests {

/// True if the file at `path` (from the repository root) holds exactly `text`. With UPDATE_GOLDEN=1
/// in the environment the file is written instead, and the difference shows in review.
inline testing::AssertionResult matches_golden(const std::string& path, const std::string& text) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return testing::AssertionSuccess();
  }
  std::ifstream file(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  if (golden == text) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << path << " differs; UPDATE_GOLDEN=1 rewrites it. It should read:\n"
         << text;
}

}  // namespace seadragon::tests
