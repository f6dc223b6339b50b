#include "exporter/ratchet.h"

#include <algorithm>

namespace seadragon::exporter {

double Ratchet::follow(double reading) {
  if (reading + offset_ < value_ - tolerance_) offset_ = value_ - reading;
  value_ = std::max(value_, reading + offset_);
  return value_;
}

}  // namespace seadragon::exporter
