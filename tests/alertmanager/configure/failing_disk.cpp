#include "tests/alertmanager/configure/failing_disk.h"

#include <cerrno>
#include <utility>

#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace seadragon::tests {
namespace {

thread_local FailingDisk::Calls to_come;

/// Whether the next one is to go through; errno says why not.
bool goes_through(std::vector<int>& calls) {
  if (calls.empty()) return true;
  const int error = calls.front();
  calls.erase(calls.begin());
  if (error != 0) errno = error;
  return error == 0;
}

}  // namespace

FailingDisk::FailingDisk(Calls calls) { to_come = std::move(calls); }

FailingDisk::~FailingDisk() { to_come = {}; }

}  // namespace seadragon::tests

// A function of the program stands before that of a shared library (ld.so(8)).
extern "C" {

int fsync(int file) {
  using namespace seadragon::tests;
  return goes_through(to_come.fsync) ? static_cast<int>(::syscall(SYS_fsync, file)) : -1;
}

int rename(const char* from, const char* to) noexcept {
  using namespace seadragon::tests;
  if (!goes_through(to_come.rename)) return -1;
  return static_cast<int>(::syscall(SYS_rename, from, to));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  using namespace seadragon::tests;
  if (!goes_through(to_come.renameat2)) return -1;
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
}
