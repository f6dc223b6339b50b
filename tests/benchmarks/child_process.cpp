#include "tests/benchmarks/child_process.h"

#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace seadragon::bench {

void run_in_child_process(const std::function<void(void* answer)>& work, void* answer,
                          std::size_t bytes) {
  void* const shared =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw std::runtime_error("mmap failed");
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 0;
    try {
      work(shared);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      status = 1;
    }
    ::_exit(status);
  }
  int status = -1;
  const bool ended = child > 0 && ::waitpid(child, &status, 0) == child;
  if (ended) std::memcpy(answer, shared, bytes);
  ::munmap(shared, bytes);
  if (!ended || status != 0) throw std::runtime_error("a child process failed");
}

double peak_memory() {
  std::ifstream lines("/proc/self/status");
  for (std::string line; std::getline(lines, line);) {
    double kibibytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %lf kB", &kibibytes) == 1) return kibibytes * 1024;
  }
  throw std::runtime_error("/proc/self/status: no VmHWM");
}

void reset_peak_memory() {
  std::ofstream file("/proc/self/clear_refs");
  if (!(file << "5\n").flush())
    throw std::runtime_error("/proc/self/clear_refs: cannot be written");
}

}  // namespace seadragon::bench
