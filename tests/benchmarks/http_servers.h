/// An HTTP server as it is beside the same server instrumented, with and without its access log,
/// each in a process of its own, in turns.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "tests/benchmarks/report.h"

namespace seadragon::bench {

inline constexpr std::size_t most_connections = 8;
inline constexpr char answer[] = R"({"object":"list","data":[{"id":"llama-3-70b-instruct"}]})";

/// Serves `answer` to GET /v1/models over HTTP/1.1, on connections that stay, with a thread for
/// each of most_connections; calls `ready` with its port and does not return.
using Serve = std::function<void(const std::function<void(int port)>& ready)>;

struct Servers {
  Serve bare;
  /// With a log in this file; empty: none.
  std::function<Serve(std::string log_file)> monitored;
};

/// Rows NAME_requests_* and NAME_cpu_*, each with 1 and 8 connections, without and with a log.
void compare(Report& report, const std::string& name, const Servers& servers);

}  // namespace seadragon::bench
