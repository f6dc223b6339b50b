/// Ctrl-C and its kin, put off until what must not be left half done is done or taken back.
#pragma once

#include <signal.h>

namespace seadragon::alerts {

/// For a process with one thread.
class Interruption {
 public:
  Interruption();

  /// What was put off happens now.
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// From now on SIGINT, SIGTERM and SIGHUP wait, unless they are ignored anyway (nohup(1)).
  void put_off() const;

  /// Throws std::runtime_error once one of them waits: the way back, where there is one.
  void check() const;

 private:
  sigset_t signals_, mask_;
};

}  // namespace seadragon::alerts
