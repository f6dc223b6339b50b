#include "seadragon/monitoring/monitor.h"

#include <stdexcept>

#include "lib/src/catalog.h"
#include "lib/src/monitor_parts.h"
#include "lib/src/version.h"

namespace seadragon::monitoring {

using detail::MonitorParts;

MonitorParts::MonitorParts(const MonitorOptions& options)
    : log(registry.families(), options.log),
      http(registry.families()),
      models(options.max_models, [this](std::string_view model) {
        return std::make_unique<detail::GenerationSeries>(registry.families(), model);
      }) {
  registry.families().gauge(metric("seadragon_build_info"), {version}).set(1);
}

Monitor::Monitor(MonitorOptions options) : parts_(std::make_unique<MonitorParts>(options)) {}
Monitor::~Monitor() = default;

Queue Monitor::queue(const QueueOptions& options) {
  if (options.name.empty()) throw std::invalid_argument("a queue needs a name");
  if (options.slots == 0) {
    throw std::invalid_argument("queue " + options.name + ": 0 slots process nothing");
  }
  const std::lock_guard lock(parts_->mutex);
  std::unique_ptr<detail::Ledger>& ledger = parts_->ledgers[options.name];
  if (ledger == nullptr) {
    ledger = std::make_unique<detail::Ledger>(parts_->registry.families(), parts_->models, options);
  }
  return *ledger;
}

HttpRoute Monitor::http_route(std::string_view method, std::string_view pattern) {
  return HttpRoute(parts_->http.route(method, pattern));
}

Registry& Monitor::registry() noexcept { return parts_->registry; }

void Monitor::log(LogLevel level, std::string_view message) noexcept {
  parts_->log.write(level, message);
}

std::string Monitor::metrics() const { return parts_->registry.text(); }

bool Monitor::serve(std::string_view address) noexcept {
  try {
    const std::lock_guard lock(parts_->mutex);
    parts_->endpoint.reset();
    parts_->endpoint = std::make_unique<Endpoint>(
        EndpointOptions{std::string(address)},
        [parts = parts_.get()](const Scrape&) { return parts->registry.text(); });
    log(LogLevel::info, "Metrics are served at http://" + parts_->endpoint->address() + "/metrics");
    return true;
  } catch (const std::exception& error) {
    log(LogLevel::error, std::string("Metrics are not served: ") + error.what());
    return false;
  }
}

}  // namespace seadragon::monitoring
