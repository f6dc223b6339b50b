#include "examples/traffic/options.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <unistd.h>

namespace traffic {
namespace {

constexpr std::size_t overload_outstanding = 30;

/// The first word of each line; comments are left out.
std::vector<std::string> read_keys(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) throw std::runtime_error("cannot read the keys from " + file);
  std::vector<std::string> keys;
  for (std::string line; std::getline(lines, line);) {
    std::string key;
    if (std::istringstream(line) >> key && key.front() != '#') keys.push_back(key);
  }
  if (keys.empty()) throw std::runtime_error(file + ": no keys in it");
  return keys;
}

std::string mix_check(const std::string& text) {
  try {
    parse_mix(text);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
  Options options;
  options.plan.model = "seadragon-ngram";
  std::string keys = "examples/llm_server/keys.txt";
  std::string mix(default_mix);
  bool overload = false;
  CLI::App app(
      "Plays the clients of an LLM server, good and bad ones, and tells exactly what they "
      "saw: as JSON on standard output, at the end.",
      "example-traffic");
  const auto add = [&](const char* name, auto& value, const char* help) {
    return app.add_option(name, value, help)->capture_default_str();
  };
  add("--target", options.target, "The server, http://host:port");
  add("--keys", keys, "File of API keys; the first word of a line is a key");
  add("--model", options.plan.model, "Model to ask for");
  add("--rate", options.rate, "Requests a second on average, at random times")
      ->check(CLI::Range(0.001, 10'000.0));
  add("--duration", options.duration_seconds, "Seconds; 0 is until Ctrl-C")
      ->check(CLI::Range(0.0, 1e9));
  add("--seed", options.plan.seed, "The same seed sends the same requests");
  add("--mix", mix, "Weights of the kinds of requests")->check(mix_check);
  add("--leave-ratio", options.plan.leave_ratio, "Share of the streams whose client leaves early")
      ->check(CLI::Range(0.0, 1.0));
  add("--burst-every", options.burst_every_seconds, "Seconds between bursts; 0 is none")
      ->check(CLI::Range(0.0, 1e9));
  add("--burst-size", options.burst_size, "Requests of a burst, all at once")
      ->check(CLI::Range(1, 1'000));
  app.add_flag("--overload", overload,
               "Also keep 30 requests under way, so that a queue grows far beyond 10");
  add("--tally", options.tally_file, "Write the JSON to this file as well");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  if (overload) options.outstanding = overload_outstanding;
  options.plan.mix = parse_mix(mix);
  options.plan.keys = read_keys(keys);
  options.report_every = std::chrono::seconds(isatty(STDERR_FILENO) == 1 ? 1 : 10);
  return options;
}

}  // namespace traffic
