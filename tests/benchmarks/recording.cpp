#include "tests/benchmarks/recording.h"

#include <array>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <seadragon/monitoring/registry.h>

#include "tests/benchmarks/workload.h"

namespace seadragon::bench {
namespace {

constexpr unsigned hot_set = 1;  // the label set of request_of_one_series

struct Stock {
  using Counter = prometheus::Counter;
  using Gauge = prometheus::Gauge;
  using Histogram = prometheus::Histogram;
  struct Request {
    Counter* total;
    Histogram* seconds;
  };

  static prometheus::Labels labels(unsigned i) {
    return {{"route", std::string(route(i))},
            {"method", std::string(method(i))},
            {"status", std::string(status(i))}};
  }

  Stock() {
    for (unsigned i = 0; i < label_sets; ++i) {
      requests[i] = {&total.Add(labels(i)), &seconds.Add(labels(i), bounds)};
    }
  }

  void record(const Request& request, unsigned i) const {
    in_flight.Increment();
    request.total->Increment();
    request.seconds->Observe(value(i));
    in_flight.Decrement();
  }

  void record_by_labels(unsigned i) const {
    in_flight.Increment();
    total.Add(labels(i)).Increment();
    seconds.Add(labels(i), bounds).Observe(value(i));
    in_flight.Decrement();
  }

  prometheus::Registry registry;
  prometheus::Family<Counter>& total =
      prometheus::BuildCounter().Name("app_requests_total").Register(registry);
  prometheus::Family<Histogram>& seconds =
      prometheus::BuildHistogram().Name("app_request_seconds").Register(registry);
  Gauge& in_flight =
      prometheus::BuildGauge().Name("app_requests_in_flight").Register(registry).Add({});
  Counter& counter = prometheus::BuildCounter().Name("app_events_total").Register(registry).Add({});
  Gauge& gauge = prometheus::BuildGauge().Name("app_level").Register(registry).Add({});
  Histogram& histogram =
      prometheus::BuildHistogram().Name("app_wait_seconds").Register(registry).Add({}, bounds);
  std::array<Request, label_sets> requests;
};

struct Ours {
  struct Request {
    monitoring::Counter total;
    monitoring::Histogram seconds;
  };

  Ours() {
    for (unsigned i = 0; i < label_sets; ++i) {
      const monitoring::Labels labels{{"route", std::string(route(i))},
                                      {"method", std::string(method(i))},
                                      {"status", std::string(status(i))}};
      requests[i] = {registry.counter("app_requests_total", "Requests.", labels),
                     registry.histogram("app_request_seconds", "Duration.", bounds, labels)};
    }
  }

  void record(const Request& request, unsigned i) const {
    in_flight.add(1);
    request.total.increment();
    request.seconds.observe(value(i));
    in_flight.add(-1);
  }

  void record_by_labels(unsigned i) const {
    in_flight.add(1);
    total.with({route(i), method(i), status(i)}).increment();
    seconds.with({route(i), method(i), status(i)}).observe(value(i));
    in_flight.add(-1);
  }

  monitoring::Registry registry;
  monitoring::Family<monitoring::Counter> total =
      registry.counter_family("app_requests_total", "Requests.", {"route", "method", "status"});
  monitoring::Family<monitoring::Histogram> seconds = registry.histogram_family(
      "app_request_seconds", "Duration.", bounds, {"route", "method", "status"});
  monitoring::UpDownCounter in_flight =
      registry.up_down_counter("app_requests_in_flight", "Requests in flight.");
  monitoring::Counter counter = registry.counter("app_events_total", "Events.");
  monitoring::Gauge gauge = registry.gauge("app_level", "A level.");
  monitoring::Histogram histogram = registry.histogram("app_wait_seconds", "Waits.", bounds);
  monitoring::Histogram native = registry.histogram(
      "app_native_wait_seconds", "Waits.", monitoring::HistogramOptions(bounds).with_native());
  std::array<Request, label_sets> requests;
};

// The events hold what they use, as a server's objects hold their handles.
Recording make_recording() {
  const Stock* const stock = new Stock;
  const Ours* const ours = new Ours;

  Recording made;
  made.counter = {repeated([counter = &stock->counter](unsigned) { counter->Increment(); }),
                  repeated([counter = ours->counter](unsigned) { counter.increment(); })};
  made.gauge = {repeated([gauge = &stock->gauge](unsigned i) { gauge->Set(i); }),
                repeated([gauge = ours->gauge](unsigned i) { gauge.set(i); })};
  made.histogram = {
      repeated([histogram = &stock->histogram](unsigned i) { histogram->Observe(value(i)); }),
      repeated([histogram = ours->histogram](unsigned i) { histogram.observe(value(i)); })};
  made.request_by_handles = {
      repeated([stock](unsigned i) { stock->record(stock->requests[i % label_sets], i); }),
      repeated([ours](unsigned i) { ours->record(ours->requests[i % label_sets], i); })};
  made.request_of_one_series = {
      repeated([stock](unsigned i) { stock->record(stock->requests[hot_set], i); }),
      repeated([ours](unsigned i) { ours->record(ours->requests[hot_set], i); })};
  made.request_by_labels = {repeated([stock](unsigned i) { stock->record_by_labels(i); }),
                            repeated([ours](unsigned i) { ours->record_by_labels(i); })};
  made.request_as_documented = {made.request_by_labels.reference, made.request_by_handles.ours};
  made.native_histogram = {made.histogram.ours, repeated([histogram = ours->native](unsigned i) {
                             histogram.observe(value(i));
                           })};
  made.page = {
      repeated([stock](unsigned) {
        benchmark::DoNotOptimize(prometheus::TextSerializer().Serialize(stock->registry.Collect()));
      }),
      repeated([ours](unsigned) { benchmark::DoNotOptimize(ours->registry.text()); })};
  return made;
}

}  // namespace

const Recording& recording() {
  static const Recording& made = *new Recording(make_recording());
  return made;
}

}  // namespace seadragon::bench
