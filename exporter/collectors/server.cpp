#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/http_client.h"
#include "exporter/server_page.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A page of a busy server is about 40 kB; no server's page is a hundred times that.
constexpr std::size_t max_page_bytes = std::size_t{4} << 20;

/// How long the page may take so that the answer to the scraper still arrives in time.
milliseconds time_for_page(milliseconds limit, steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  // Half a second for the way back, but not all there is when the scraper is in a hurry.
  const milliseconds margin = std::min(milliseconds(500), left / 4);
  return std::min(limit, left - margin);
}

struct Load {
  FoundNumber queue_length;
  std::optional<FoundNumber> active_requests, kv_cache_usage, prompt_tokens, completion_tokens;
};

Load read_load(std::string_view page, const Preset& preset) {
  Load load{.queue_length = read_number(page, preset.queue_length),
            .active_requests = std::nullopt,
            .kv_cache_usage = find_number(page, preset.kv_cache_usage),
            .prompt_tokens = find_number(page, preset.prompt_tokens),
            .completion_tokens = find_number(page, preset.completion_tokens)};
  if (!preset.active_requests.names.empty()) {
    load.active_requests = read_number(page, preset.active_requests);
  }
  return load;
}

class ServerCollector : public Collector {
 public:
  explicit ServerCollector(ServerOptions options) : options_(std::move(options)) {}

  std::string_view name() const override { return "server"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape& scrape) override {
    Load load;
    try {
      load = read(scrape.deadline);
    } catch (const std::exception& failure) {
      samples.add(metric("seadragon_server_up"), 0);
      throw std::runtime_error(options_.url + ": " + failure.what());
    }
    samples.add(metric("seadragon_server_up"), 1);
    add(samples, "queue_length", load.queue_length, metric("seadragon_server_queue_length"));
    add(samples, "active_requests", load.active_requests,
        metric("seadragon_server_active_requests"));
    add(samples, "kv_cache_usage", load.kv_cache_usage,
        metric("seadragon_server_kv_cache_usage_ratio"));
    add(samples, "prompt_tokens", load.prompt_tokens, metric("seadragon_server_tokens_total"),
        {"prompt"});
    add(samples, "completion_tokens", load.completion_tokens,
        metric("seadragon_server_tokens_total"), {"completion"});
  }

 private:
  static void add(monitoring::Samples& samples, std::string_view quantity,
                  const std::optional<FoundNumber>& found, const monitoring::MetricSpec& spec,
                  std::initializer_list<std::string_view> labels = {}) {
    if (!found) return;
    samples.add(spec, found->value, labels);
    samples.add(metric("seadragon_server_metric_info"), 1, {quantity, found->metric});
  }

  Load read(steady_clock::time_point deadline) {
    const std::string page = client_.get(
        options_.url,
        {.time = time_for_page(options_.timeout, deadline), .body_bytes = max_page_bytes},
        options_.stop);
    return read_load(page, options_.preset);
  }

  ServerOptions options_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<Collector> make_server_collector(ServerOptions options) {
  return std::make_unique<ServerCollector>(std::move(options));
}

}  // namespace seadragon::exporter
