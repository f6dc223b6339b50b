#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

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
  if (!preset.active_requests.from.empty()) {
    load.active_requests = read_number(page, preset.active_requests);
  }
  return load;
}

class ServerCollector : public Collector {
 public:
  ServerCollector(std::vector<WatchedPage> pages, std::stop_token stop)
      : pages_(std::move(pages)), stop_(std::move(stop)) {}

  std::string_view name() const override { return "server"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape& scrape) override {
    const std::vector<HttpOutcome> outcomes = client_.get_all(requests(scrape.deadline), stop_);
    std::string failures;
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      const WatchedPage& page = pages_[i];
      std::optional<Load> load;
      try {
        if (!outcomes[i].failure.empty()) throw std::runtime_error(outcomes[i].failure);
        load = read_load(outcomes[i].body, page.preset);
      } catch (const std::exception& failure) {
        failures.append(failures.empty() ? "" : "; ").append(page.url + ": " + failure.what());
      }
      samples.add(metric("seadragon_server_up"), load ? 1 : 0, {page.server});
      add_certificate(samples, i, outcomes[i]);
      if (load) add(samples, page.server, *load);
    }
    if (!failures.empty()) throw std::runtime_error(failures);
  }

 private:
  static void add(monitoring::Samples& samples, std::string_view server, const Load& load) {
    const auto add_one = [&](std::string_view quantity, const std::optional<FoundNumber>& found,
                             const monitoring::MetricSpec& spec, std::string_view kind = {}) {
      if (!found) return;
      if (kind.empty()) {
        samples.add(spec, found->value, {server});
      } else {
        samples.add(spec, found->value, {server, kind});
      }
      samples.add(metric("seadragon_server_metric_info"), 1, {server, quantity, found->metric});
    };
    add_one("queue_length", load.queue_length, metric("seadragon_server_queue_length"));
    add_one("active_requests", load.active_requests, metric("seadragon_server_active_requests"));
    add_one("kv_cache_usage", load.kv_cache_usage, metric("seadragon_server_kv_cache_usage_ratio"));
    add_one("prompt_tokens", load.prompt_tokens, metric("seadragon_server_tokens_total"), "prompt");
    add_one("completion_tokens", load.completion_tokens, metric("seadragon_server_tokens_total"),
            "completion");
  }

  /// The last one shown, although nobody answers now: it expires all the same.
  void add_certificate(monitoring::Samples& samples, std::size_t i, const HttpOutcome& outcome) {
    if (outcome.certificate_expiry) expiries_[i] = outcome.certificate_expiry;
    if (!expiries_[i]) return;
    samples.add(metric("seadragon_server_certificate_expiry_timestamp_seconds"),
                static_cast<double>(expiries_[i]->time_since_epoch().count()), {pages_[i].server});
  }

  std::vector<HttpRequest> requests(steady_clock::time_point deadline) const {
    std::vector<HttpRequest> all;
    for (const WatchedPage& page : pages_) {
      all.push_back({.url = page.url,
                     .limits = {.time = time_for_page(page.timeout, deadline),
                                .body_bytes = max_page_bytes}});
    }
    return all;
  }

  const std::vector<WatchedPage> pages_;
  std::vector<std::optional<std::chrono::sys_seconds>> expiries_{pages_.size()};
  const std::stop_token stop_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<Collector> make_server_collector(std::vector<WatchedPage> pages,
                                                 std::stop_token stop) {
  return std::make_unique<ServerCollector>(std::move(pages), std::move(stop));
}

}  // namespace seadragon::exporter
