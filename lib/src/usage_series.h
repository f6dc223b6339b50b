/// The series of one user and API key.
#pragma once

#include <cstddef>

#include "lib/src/families.h"
#include "lib/src/label_table.h"
#include "seadragon/monitoring/usage.h"

namespace seadragon::monitoring::detail {

/// Counted from any thread. Made by default it counts into nothing.
class UsageSeries {
 public:
  UsageSeries() = default;
  UsageSeries(Families& families, const Caller& caller);

  Counter requests;
  Counter errors;
  Counter prompt_tokens;
  Counter completion_tokens;
};

/// All of them.
class Usages {
 public:
  Usages(Families& families, std::size_t most);

  /// Locks and allocates for the first request of a caller only.
  const UsageSeries& find(const Caller& caller) noexcept;

 private:
  LabelTable<UsageSeries> series_;
};

}  // namespace seadragon::monitoring::detail
