/// A file descriptor that is closed with its owner.
#pragma once

#include <utility>

#include <unistd.h>

namespace seadragon::monitoring::detail {

class Descriptor {
 public:
  /// Takes over; a negative number is none.
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

  /// Leaves it to the caller.
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace seadragon::monitoring::detail
