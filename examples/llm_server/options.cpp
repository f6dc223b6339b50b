#include "examples/llm_server/options.h"

#include <cstdlib>
#include <string>  // monitoring

#include <CLI/CLI.hpp>

namespace llm_server {

Options parse_options(int argc, const char* const* argv) {
  Options options;
  double time_limit_seconds = 60;
  CLI::App app("An LLM server with the API of OpenAI and a tiny language model.",
               "example-llm-server");
  const auto add = [&](const char* name, auto& value, const char* help) {
    return app.add_option(name, value, help)->capture_default_str();
  };
  add("--listen", options.listen, "Address of the API, host:port");
  add("--metrics", options.metrics, "Address of the metrics page, host:port");  // monitoring
  add("--log-file", options.log.file, "Access log; empty for none");            // monitoring
  std::string log_format = "text";                                              // monitoring
  add("--log-format", log_format, "Lines of the access log")                    // monitoring
      ->check(CLI::IsMember({"text", "json"}));                                 // monitoring
  add("--keys", options.keys, "File of API keys, lines \"key user key_id\"");
  add("--corpus", options.corpus, "Text that the model learns from at start");
  add("--model", options.model, "Name of the model in the API");
  add("--tokens-per-second", options.tokens_per_second, "Speed of each slot")
      ->check(CLI::Range(0.1, 10'000.0));
  add("--slots", options.slots, "Requests worked on at once")->check(CLI::Range(1, 64));
  add("--queue", options.queue, "Requests that may wait; more are answered with 429")
      ->check(CLI::Range(1, 10'000));
  add("--http-threads", options.http_threads,
      "Threads for connections; each waiting or streaming request holds one, so this should exceed "
      "queue plus slots")
      ->check(CLI::Range(1, 4'096));
  add("--time-limit", time_limit_seconds, "Seconds a request may take, its wait included")
      ->check(CLI::Range(0.1, 86'400.0));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  using seadragon::monitoring::LogFormat;                                         // monitoring
  options.log.format = log_format == "json" ? LogFormat::json : LogFormat::text;  // monitoring
  options.time_limit =
      std::chrono::milliseconds(static_cast<std::int64_t>(time_limit_seconds * 1000));
  return options;
}

}  // namespace llm_server
