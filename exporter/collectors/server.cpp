#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/exposition.h"
#include "exporter/http_client.h"
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

std::string joined(MetricNames names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += " or ";
    list += name;
  }
  return list;
}

double sum(const std::vector<Series>& all) {
  double sum = 0;
  for (const Series& series : all) {
    // One series per worker process: the same requests may be counted in several.
    if (std::ranges::find(series.labels, "pid", &Label::name) != series.labels.end()) {
      throw std::runtime_error(std::string(series.name) + " has a label pid");
    }
    sum += series.value;
  }
  return sum;
}

/// A missing metric is a failure and not the value 0: a server that changed its names would seem
/// idle for ever.
double read_number(std::string_view page, MetricNames names) {
  for (const std::string_view name : names) {
    const auto series = find_series(page, name);
    if (!series) throw std::runtime_error("its page has a malformed line of " + std::string(name));
    if (series->empty()) continue;
    const double number = sum(*series);
    if (!std::isfinite(number)) throw std::runtime_error(std::string(name) + " is not a number");
    return number;
  }
  throw std::runtime_error("its page has no " + joined(names));
}

struct Load {
  double queue_length;
  double active_requests;
};

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
    samples.add(metric("seadragon_server_queue_length"), load.queue_length);
    samples.add(metric("seadragon_server_active_requests"), load.active_requests);
  }

 private:
  Load read(steady_clock::time_point deadline) {
    const std::string page = client_.get(
        options_.url,
        {.time = time_for_page(options_.timeout, deadline), .body_bytes = max_page_bytes},
        options_.stop);
    return {.queue_length = read_number(page, options_.preset.queue_length),
            .active_requests = read_number(page, options_.preset.active_requests)};
  }

  ServerOptions options_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<Collector> make_server_collector(ServerOptions options) {
  return std::make_unique<ServerCollector>(std::move(options));
}

}  // namespace seadragon::exporter
