#include "lib/src/ledgers.h"

#include <stdexcept>
#include <utility>

#include "lib/src/generation_series.h"
#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {

Ledger& Ledgers::open(QueueOptions options) {
  if (options.name.empty()) throw std::invalid_argument("a queue needs a name");
  if (options.slots == 0) {
    throw std::invalid_argument("queue " + options.name + ": 0 slots process nothing");
  }
  options.name =
      valid_utf8(options.name);  // as it is exposed: two names must not become one series
  for (const std::string& model : options.models) models_.find(model_label(model));
  const std::lock_guard lock(mutex_);
  const auto known = ledgers_.find(options.name);
  if (known != ledgers_.end()) {
    const QueueOptions& first = known->second->options();
    if (first.capacity != options.capacity || first.slots != options.slots) {
      throw std::invalid_argument("queue " + options.name +
                                  ": exists with another capacity or other slots");
    }
    return *known->second;
  }
  auto ledger = std::make_shared<Ledger>(families_, models_, options);
  ledger->expose(families_);
  return *ledgers_.emplace(std::move(options.name), std::move(ledger)).first->second;
}

std::uint64_t Ledgers::waiting() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t all = 0;
  for (const auto& [name, ledger] : ledgers_) all += ledger->snapshot().waiting();
  return all;
}

std::uint64_t Ledgers::running() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t all = 0;
  for (const auto& [name, ledger] : ledgers_) all += ledger->snapshot().running();
  return all;
}

}  // namespace seadragon::monitoring::detail
