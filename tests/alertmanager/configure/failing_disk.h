/// A disk that fails at a moment of a test's choice: in a program that links failing_disk.cpp,
/// fsync(2), rename(2) and renameat2(2) of the thread that asks for it do not reach the kernel
/// then.
#pragma once

#include <vector>

namespace seadragon::tests {

/// As long as it lives. One at a time in a thread.
class FailingDisk {
 public:
  /// Of calls to come, in turn: 0 goes through, another number is the error.
  struct Calls {
    std::vector<int> fsync = {}, rename = {}, renameat2 = {};
  };

  explicit FailingDisk(Calls calls);
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
};

}  // namespace seadragon::tests
