#include "seadragon/monitoring/monitor.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "lib/src/catalog.h"
#include "lib/src/monitor_parts.h"
#include "lib/src/standard_gauges.h"
#include "lib/src/standard_names.h"
#include "lib/src/version.h"

namespace seadragon::monitoring {

using detail::MonitorParts;

namespace {

detail::Families& set_up(Registry& registry, const MonitorOptions& options) {
  if (options.native_histograms) registry.families().with_native_histograms();
  if (options.standard_names) registry.families().also_as(detail::standard_names);
  registry.families().expose_themselves();
  return registry.families();
}

detail::SeriesFamily& kv_cache_family(detail::Families& families, std::size_t max_models) {
  const MetricSpec& spec = metric("seadragon_generation_kv_cache_usage_ratio");
  return families.family(detail::FamilyShape{.name = std::string(spec.name),
                                             .type = spec.type,
                                             .help = std::string(spec.help),
                                             .label_names = {"model"},
                                             .max_series = max_models});
}

}  // namespace

MonitorParts::MonitorParts(const MonitorOptions& options)
    : log(set_up(registry, options), options.log),
      http(registry.families()),
      models(
          options.max_models,
          [this](std::string_view model) {
            return std::make_unique<detail::GenerationSeries>(registry.families(), model);
          },
          registry.families().family(metric("seadragon_generation_tokens_total")).dropped_series),
      kv_cache_usages(kv_cache_family(registry.families(), options.max_models)),
      standard_names(options.standard_names),
      ledgers(registry.families(), models),
      usages(registry.families(), options.max_callers),
      trusted_proxies(options.trusted_proxies) {
  page.add(registry);
  if (options.standard_names) expose_totals(registry.families(), ledgers);
  registry.families().gauge(metric("seadragon_build_info"), {version}).set(1);
}

Monitor::Monitor(MonitorOptions options) : parts_(std::make_unique<MonitorParts>(options)) {}
Monitor::Monitor(std::string_view address, MonitorOptions options) : Monitor(std::move(options)) {
  serve(address);
}
Monitor::~Monitor() = default;

Queue Monitor::queue(const QueueOptions& options) { return parts_->ledgers.open(options); }

Gauge Monitor::kv_cache_usage(std::string_view model) noexcept {
  detail::Families& families = parts_->registry.families();
  const std::string_view label[] = {detail::model_label(model)};
  const Gauge gauge = families.with<Gauge>(parts_->kv_cache_usages, label);
  if (!parts_->standard_names) return gauge;
  try {
    const std::lock_guard lock(parts_->mutex);
    detail::expose_kv_cache_utilization(families, parts_->kv_cache_usages);
  } catch (...) {  // out of memory: the next call tries again
  }
  return gauge;
}

HttpRoute Monitor::http_route(std::string_view method, std::string_view pattern) {
  return HttpRoute(parts_->http.route(method, pattern));
}

Usage Monitor::usage(const Caller& caller) noexcept { return Usage(parts_->usages.find(caller)); }

Registry& Monitor::registry() noexcept { return parts_->registry; }

void Monitor::log(LogLevel level, std::string_view message) noexcept {
  parts_->log.write(level, message);
}

void Monitor::reopen_log() noexcept { parts_->log.reopen(); }

void Monitor::expose(std::shared_ptr<const ExpositionSource> source) {
  parts_->page.add(std::move(source));
}

std::string Monitor::metrics() const { return parts_->page.answer({}).body; }

ExpositionAnswer Monitor::metrics(const ExpositionRequest& request) const {
  return parts_->page.answer(request);
}

std::string Monitor::metrics_address() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->endpoint == nullptr ? "" : parts_->endpoint->address();
}

bool Monitor::serve(std::string_view address) noexcept {
  try {
    EndpointOptions options;
    options.address = address;
    return serve(std::move(options));
  } catch (const std::exception& error) {  // out of memory
    return false;
  }
}

bool Monitor::serve(EndpointOptions options) noexcept {
  try {
    if (!options.on_error) {
      options.on_error = [parts = parts_.get()](const std::string& what) {
        parts->log.write(LogLevel::error, what);
      };
    }
    auto endpoint = std::make_unique<Endpoint>(std::move(options),
                                               [parts = parts_.get()](const Scrape& scrape) {
                                                 return parts->page.answer(scrape.request);
                                               });
    for (const std::string& url : endpoint->urls()) {
      log(LogLevel::info, "Metrics are served at " + url);
    }
    {
      const std::lock_guard lock(parts_->mutex);
      endpoint->set_ready(parts_->ready);
      parts_->endpoint.swap(endpoint);
    }
    // The former one finishes its answers here, while nobody waits for the lock.
    return true;
  } catch (const std::exception& error) {
    log(LogLevel::error, std::string("Metrics are not served: ") + error.what());
    return false;
  }
}

void Monitor::set_ready(bool ready) noexcept {
  const std::lock_guard lock(parts_->mutex);
  parts_->ready = ready;
  if (parts_->endpoint != nullptr) parts_->endpoint->set_ready(ready);
}

}  // namespace seadragon::monitoring
