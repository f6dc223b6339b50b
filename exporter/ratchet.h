/// Makes a counter of a reading that may step backwards.
#pragma once

namespace seadragon::exporter {

/// Prometheus takes every decrease of a counter for a restart and adds the whole new value, so one
/// tick back would look like the machine's whole uptime at once. A ratchet never decreases: it
/// waits until a small step back is caught up, and goes on from where it is after a large one.
class Ratchet {
 public:
  /// `tolerance`: the largest step back, in the unit of the readings, that is no restart.
  explicit Ratchet(double tolerance) : tolerance_(tolerance) {}

  /// Takes the next reading and returns the counter's value.
  double follow(double reading);

 private:
  double tolerance_;
  double offset_ = 0;  ///< What restarts took away.
  double value_ = 0;
};

}  // namespace seadragon::exporter
