// The books of a queue against a model that is told of the same events.
#include "tests/lib/queue_model.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "seadragon/monitoring/monitor.h"
#include "tests/metrics_page.h"

namespace seadragon::tests {
namespace {

using monitoring::Monitor;

constexpr int threads = 4;
constexpr int events_of_a_thread = 300'000;

/// Scrapes without pause until `running` is 0: the books balance, and no counter goes back.
void scrape_all_the_while(const Monitor& monitor, const std::atomic<int>& running) {
  std::map<std::string, double> before;
  while (running > 0) {
    const std::string page = monitor.metrics();
    ASSERT_EQ(value_of(page, queue_series("imbalance")), 0);
    double finished = 0, of_ages = 0;
    for (const auto& [series, value] : values_of(page, "seadragon_queue_finished_total")) {
      ASSERT_GE(value, before[series]) << series;
      before[series] = value;
      finished += value;
    }
    for (const auto& [series, value] : values_of(page, "seadragon_queue_active_requests_by_age")) {
      of_ages += value;
    }
    ASSERT_EQ(of_ages, value_of(page, queue_series("active_requests")));
    // As PromQL would check it, not as the library does.
    ASSERT_EQ(value_of(page, queue_series("received_total")),
              finished + *value_of(page, queue_series("length")) + of_ages);
  }
}

TEST(QueueModelTest, AgreesWithTheModelAfterAnyInterleavingAndBalancesAtEveryScrape) {
  Monitor monitor({.log = {.console = false, .file = ""}});
  const Queue queue = monitor.queue({"chat", 64, 2});
  const Usage usage = monitor.usage({"7", ""});
  Jobs jobs;
  std::atomic<int> running = threads;
  Counts model;
  {
    std::vector<ModelServer> servers;
    for (unsigned seed = 1; seed <= threads; ++seed) servers.emplace_back(queue, usage, jobs, seed);
    {
      std::vector<std::jthread> workers;
      for (ModelServer& server : servers) {
        workers.emplace_back([&] {
          for (int i = 0; i < events_of_a_thread; ++i) server.one_event();
          --running;
        });
      }
      scrape_all_the_while(monitor, running);
    }
    for (const ModelServer& server : servers) {
      for (const auto& [series, count] : server.counts()) model[series] += count;
    }
  }
  const std::string page = monitor.metrics();
  for (const auto& [series, count] : model) {
    EXPECT_EQ(value_of(page, series), static_cast<double>(count)) << series;
  }
  // And nothing is counted that the model does not know.
  for (const char* metric : {"seadragon_queue_finished_total", "seadragon_generation_tokens_total",
                             "seadragon_generation_wasted_tokens_total"}) {
    for (const auto& [series, value] : values_of(page, metric)) {
      EXPECT_EQ(value, static_cast<double>(model[series])) << series;
    }
  }
  std::uint64_t open_jobs = 0, open_running = 0;
  while (const std::optional<Job> job = jobs.take(0)) {
    ++open_jobs;
    if (job->running) ++open_running;
  }
  EXPECT_EQ(value_of(page, queue_series("active_requests")), static_cast<double>(open_running));
  EXPECT_EQ(value_of(page, queue_series("length")), static_cast<double>(open_jobs - open_running));
  // Those were dropped just now.
  EXPECT_EQ(value_of(monitor.metrics(), queue_series("length")), 0);
  EXPECT_EQ(value_of(monitor.metrics(), queue_series("active_requests")), 0);
  EXPECT_EQ(value_of(monitor.metrics(), queue_series("imbalance")), 0);
}

}  // namespace
}  // namespace seadragon::tests
