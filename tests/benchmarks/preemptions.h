/// Whether a measurement was disturbed.
#pragma once

#include <sys/resource.h>

namespace seadragon::bench {

/// How often the calling thread has lost its processor to another one (getrusage(2)). Waiting for a
/// lock does not count.
inline long preemptions() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

}  // namespace seadragon::bench
