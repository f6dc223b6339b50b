/// What the server is told on its command line.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <seadragon/monitoring/log.h>  // monitoring

namespace llm_server {

struct Options {
  std::string listen = "127.0.0.1:8080";    ///< host:port; port 0 takes a free one.
  std::string metrics = "127.0.0.1:10300";  // monitoring
  seadragon::monitoring::LogOptions log;    // monitoring
  std::string keys = "examples/llm_server/keys.txt";
  std::string corpus = "examples/llm_server/corpus.txt";
  std::string model = "seadragon-ngram";
  double tokens_per_second = 50;  ///< Of each slot.
  std::size_t slots = 2;
  std::size_t queue = 64;
  /// cpp-httplib holds a thread for every request that waits or streams.
  std::size_t http_threads = 160;
  std::chrono::milliseconds time_limit{60'000};
};

/// Exits the process for --help (0) and for what it does not understand (2).
Options parse_options(int argc, const char* const* argv);

}  // namespace llm_server
