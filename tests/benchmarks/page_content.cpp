#include "tests/benchmarks/page_content.h"

#include <algorithm>
#include <cstdint>
#include <latch>
#include <string>
#include <thread>

#include <prometheus/family.h>

#include "tests/benchmarks/workload.h"

namespace seadragon::bench {
namespace {

constexpr std::size_t counter_families = 10;
constexpr std::size_t gauge_families = 5;
constexpr std::size_t histogram_families = 10;
constexpr std::size_t observations = 40;  // of each histogram by each thread

std::string counter_name(std::size_t i) {
  return "app_requests_" + std::to_string(i % counter_families) + "_total";
}
std::string gauge_name(std::size_t i) {
  return "app_queue_depth_" + std::to_string(i % gauge_families);
}
std::string histogram_name(std::size_t i) {
  return "app_request_duration_" + std::to_string(i % histogram_families) + "_seconds";
}

/// By name, so that both sides write them in the same order.
monitoring::Labels labels(std::size_t i) {
  return {{"method", i % 2 == 0 ? "GET" : "POST"},
          {"model", "llama-3-70b-instruct"},
          {"route", "/v1/route-" + std::to_string(i)}};
}

prometheus::Labels stock_labels(std::size_t i) {
  const monitoring::Labels same = labels(i);
  return {same.begin(), same.end()};
}

/// One thread sets the gauges, so that they show the same on both sides; all count and observe.
template <class Count, class Set, class Observe>
void fill_with_threads(std::size_t counters, std::size_t gauges, std::size_t histograms,
                       const Count& count, const Set& set, const Observe& observe) {
  Random random;
  for (std::size_t i = 0; i < gauges; ++i) set(i, static_cast<double>(random() % 100'000) / 8);
  std::latch all(recording_threads);
  const auto record = [&] {
    Random same;
    for (std::size_t i = 0; i < counters; ++i) count(i, same() % 100'000);
    for (std::size_t i = 0; i < histograms; ++i) {
      for (std::size_t k = 0; k < observations; ++k) {
        observe(i, value(static_cast<unsigned>(same() % value_count)));
      }
    }
    all.arrive_and_wait();  // a thread that ended would leave its cells to the next
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < recording_threads; ++i) threads.emplace_back(record);
}

}  // namespace

PageShape::PageShape(std::size_t wanted)
    : counters(wanted * 3 / 10),
      gauges(wanted / 10),
      histograms(std::max<std::size_t>(1, wanted * 6 / 10 / (bounds.size() + 3))),
      lines(counters + gauges + histograms * (bounds.size() + 3)) {}

StockPage::StockPage(const PageShape& shape) {
  using namespace prometheus;
  std::vector<Family<Counter>*> counters;
  for (std::size_t i = 0; i < counter_families; ++i) {
    counters.push_back(
        &BuildCounter().Name(counter_name(i)).Help("Requests served.").Register(*registry));
  }
  std::vector<Family<Gauge>*> gauges;
  for (std::size_t i = 0; i < gauge_families; ++i) {
    gauges.push_back(&BuildGauge().Name(gauge_name(i)).Help("Waiting.").Register(*registry));
  }
  std::vector<Family<Histogram>*> histograms;
  for (std::size_t i = 0; i < histogram_families; ++i) {
    histograms.push_back(
        &BuildHistogram().Name(histogram_name(i)).Help("Duration.").Register(*registry));
  }
  counters_.reserve(shape.counters);
  gauges_.reserve(shape.gauges);
  histograms_.reserve(shape.histograms);
  for (std::size_t i = 0; i < shape.counters; ++i) {
    counters_.push_back(&counters[i % counter_families]->Add(stock_labels(i)));
  }
  for (std::size_t i = 0; i < shape.gauges; ++i) {
    gauges_.push_back(&gauges[i % gauge_families]->Add(stock_labels(i)));
  }
  for (std::size_t i = 0; i < shape.histograms; ++i) {
    histograms_.push_back(&histograms[i % histogram_families]->Add(stock_labels(i), bounds));
  }
}

void StockPage::fill() {
  fill_with_threads(
      counters_.size(), gauges_.size(), histograms_.size(),
      [&](std::size_t i, std::uint64_t by) { counters_[i]->Increment(static_cast<double>(by)); },
      [&](std::size_t i, double level) { gauges_[i]->Set(level); },
      [&](std::size_t i, double seconds) { histograms_[i]->Observe(seconds); });
}

void StockPage::forget_handles() {
  counters_ = decltype(counters_)();
  gauges_ = decltype(gauges_)();
  histograms_ = decltype(histograms_)();
}

OurPage::OurPage(const PageShape& shape) {
  counters_.reserve(shape.counters);
  gauges_.reserve(shape.gauges);
  histograms_.reserve(shape.histograms);
  for (std::size_t i = 0; i < shape.counters; ++i) {
    counters_.push_back(registry.counter(counter_name(i), "Requests served.", labels(i)));
  }
  for (std::size_t i = 0; i < shape.gauges; ++i) {
    gauges_.push_back(registry.gauge(gauge_name(i), "Waiting.", labels(i)));
  }
  for (std::size_t i = 0; i < shape.histograms; ++i) {
    histograms_.push_back(registry.histogram(histogram_name(i), "Duration.", bounds, labels(i)));
  }
}

void OurPage::fill() {
  fill_with_threads(
      counters_.size(), gauges_.size(), histograms_.size(),
      [&](std::size_t i, std::uint64_t by) { counters_[i].increment(by); },
      [&](std::size_t i, double level) { gauges_[i].set(level); },
      [&](std::size_t i, double seconds) { histograms_[i].observe(seconds); });
}

void OurPage::forget_handles() {
  counters_ = decltype(counters_)();
  gauges_ = decltype(gauges_)();
  histograms_ = decltype(histograms_)();
}

}  // namespace seadragon::bench
