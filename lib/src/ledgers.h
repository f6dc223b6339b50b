/// All queues of a monitor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "lib/src/ledger.h"

namespace seadragon::monitoring::detail {

/// All functions may be called from any thread.
class Ledgers {
 public:
  Ledgers(Families& families, Models& models) : families_(families), models_(models) {}

  /// The ledger of this name, made at first. Throws as Monitor::queue does.
  Ledger& open(QueueOptions options);

  // All queues together, for series that are read at the scrape under way.
  std::uint64_t waiting() const;
  std::uint64_t running() const;

 private:
  Families& families_;
  Models& models_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Ledger>> ledgers_;
};

}  // namespace seadragon::monitoring::detail
