/// Counts what the exporter's endpoint answered.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "lib/src/samples.h"

namespace seadragon::exporter {

/// Any thread.
class AnswerCounts {
 public:
  void count(int status, std::size_t bytes);
  void add_to(monitoring::Samples& samples) const;

 private:
  mutable std::mutex mutex_;
  std::map<int, std::uint64_t> by_status_ = {{200, 0}};  // the usual one is there from the start
  std::uint64_t bytes_ = 0;
};

}  // namespace seadragon::exporter
