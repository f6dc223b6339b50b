/// Who uses the server: requests, errors and tokens by user and API key.
///
///   Usage usage = exchange.identify({"7", "key-3"});    // ids of your own, never the key itself
///   Ticket ticket = chat.enqueue({"llama-3-8b", usage});          // its tokens count as well
///
/// A pair beyond MonitorOptions::max_callers counts as `other`, so totals stay exact and nobody can
/// fill the memory of Prometheus.
#pragma once

#include <string>

namespace seadragon::monitoring {

namespace detail {
class UsageSeries;
}

/// Labels `user` and `api_key`. An empty one reads `none`, one of more than 64 bytes `other`.
struct Caller {
  std::string user = {};
  std::string api_key = {};  ///< The id of the key. The key itself must not get here.
};

/// The series of one user and API key; copy it freely, use it from any thread. Valid as long as its
/// Monitor. One made by default counts nothing.
class Usage {
 public:
  Usage() = default;

 private:
  friend class HttpExchange;
  friend class Monitor;
  friend class Ticket;
  explicit Usage(const detail::UsageSeries& series) noexcept : series_(&series) {}

  const detail::UsageSeries* series_ = nullptr;
};

}  // namespace seadragon::monitoring
