#include "alertmanager/configure/interruption.h"

#include <stdexcept>

namespace seadragon::alerts {
namespace {

constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};

}  // namespace

Interruption::Interruption() {
  sigemptyset(&signals_);
  for (const int signal : signals) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&signals_, signal);
  }
  ::sigprocmask(SIG_BLOCK, nullptr, &mask_);
}

Interruption::~Interruption() { ::sigprocmask(SIG_SETMASK, &mask_, nullptr); }

void Interruption::put_off() const { ::sigprocmask(SIG_BLOCK, &signals_, nullptr); }

void Interruption::check() const {
  sigset_t pending;
  ::sigpending(&pending);
  for (const int signal : signals) {
    if (sigismember(&signals_, signal) == 1 && sigismember(&pending, signal) == 1) {
      throw std::runtime_error("interrupted");
    }
  }
}

}  // namespace seadragon::alerts
