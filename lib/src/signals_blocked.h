/// Keeps signals away from threads of ours.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace seadragon::monitoring::detail {

/// While it lives, this thread blocks every signal, and threads it makes inherit that: the server
/// decides which of its own threads a signal meets.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace seadragon::monitoring::detail
