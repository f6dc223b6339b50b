#include <optional>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "exporter/collectors/collectors.h"
#include "lib/src/read_file.h"
#include "tests/exporter/scrapes.h"
#include "tests/exporter/servers.h"
#include "tests/metrics_page.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using tests::value_of;

struct Outcome {
  std::string page;
  std::string failure;  ///< Empty when the collector delivered.
};

struct Reading {
  std::string preset = "seadragon";
  milliseconds timeout{5000};
  milliseconds scrape_time{10000};
  std::stop_token stop{};
};

Outcome read(const std::string& url, const Reading& reading = {}) {
  const auto collector = make_server_collector({{.server = "llm",
                                                 .url = url,
                                                 .preset = *find_preset(reading.preset),
                                                 .timeout = reading.timeout}},
                                               reading.stop);
  monitoring::Samples samples;
  Outcome outcome;
  try {
    collector->collect(samples, scrape_within(reading.scrape_time));
  } catch (const std::runtime_error& failure) {
    outcome.failure = failure.what();
  }
  outcome.page = samples.text();
  return outcome;
}

Outcome read_page(const std::string& page) { return read(PageServer(page).url()); }

void expect_load(const Outcome& outcome, double queued, double active) {
  EXPECT_EQ(outcome.failure, "");
  EXPECT_EQ(value_of(outcome.page, "seadragon_server_up{server=\"llm\"}"), 1);
  EXPECT_EQ(value_of(outcome.page, "seadragon_server_queue_length{server=\"llm\"}"), queued);
  EXPECT_EQ(value_of(outcome.page, "seadragon_server_active_requests{server=\"llm\"}"), active);
}

/// The server's other series are left out: yesterday's number would be worse than none.
void expect_down(const Outcome& outcome, const std::string& reason) {
  EXPECT_NE(outcome.failure.find(reason), std::string::npos) << outcome.failure;
  EXPECT_EQ(value_of(outcome.page, "seadragon_server_up{server=\"llm\"}"), 0);
  EXPECT_EQ(value_of(outcome.page, "seadragon_server_queue_length{server=\"llm\"}"), std::nullopt);
  EXPECT_EQ(value_of(outcome.page, "seadragon_server_active_requests{server=\"llm\"}"),
            std::nullopt);
}

TEST(ServerCollectorTest, AddsUpAllQueuesOfASeadragonServer) {
  expect_load(read_page(read_file("tests/fixtures/pages/seadragon.prom")), 9, 5);
}

TEST(ServerCollectorTest, ReadsAVllmServer) {
  const PageServer server(read_file("tests/fixtures/pages/vllm.prom"));
  expect_load(read(server.url(), {.preset = "vllm"}), 3, 21);
}

TEST(ServerCollectorTest, ReadsALlamacppServerInSpiteOfItsMalformedLines) {
  const PageServer server(read_file("tests/fixtures/pages/llamacpp.prom"));
  expect_load(read(server.url(), {.preset = "llamacpp"}), 5, 2);
}

TEST(ServerCollectorTest, ReadsAnOpenMetricsPage) {
  expect_load(read_page(read_file("tests/fixtures/pages/openmetrics.prom")), 6, 4);
}

TEST(ServerCollectorTest, IgnoresNaNInMetricsItDoesNotNeed) {
  expect_load(read_page("other NaN\nseadragon_queue_length 1\nseadragon_queue_active_requests 2\n"),
              1, 2);
}

TEST(ServerCollectorTest, ReportsAMissingMetricByName) {
  expect_down(read_page("seadragon_queue_length 1\n"), "has no seadragon_queue_active_requests");
}

TEST(ServerCollectorTest, ReportsANeededMetricThatIsMalformed) {
  expect_down(read_page("seadragon_queue_length -nan\nseadragon_queue_active_requests 2\n"),
              "malformed line of seadragon_queue_length");
}

TEST(ServerCollectorTest, ReportsANeededMetricThatIsNotANumber) {
  expect_down(read_page("seadragon_queue_length NaN\nseadragon_queue_active_requests 2\n"),
              "seadragon_queue_length is not a number");
}

TEST(ServerCollectorTest, DoesNotAddUpWhatSeveralProcessesMayCountTwice) {
  expect_down(read_page("seadragon_queue_length{pid=\"7\"} 1\nseadragon_queue_active_requests 2\n"),
              "has a label pid");
}

TEST(ServerCollectorTest, ReportsAServerThatIsNotThere) {
  std::string url;
  {
    const SilentServer gone;
    url = gone.url();
  }
  expect_down(read(url), url + ": ");
}

TEST(ServerCollectorTest, ReportsAnErrorOfTheServer) {
  const PageServer server(
      [](const httplib::Request&, httplib::Response& response) { response.status = 500; });
  expect_down(read(server.url()), "status 500");
}

TEST(ServerCollectorTest, GivesUpOnAHungServerAfterItsTimeout) {
  const SilentServer server;
  const auto start = steady_clock::now();
  expect_down(read(server.url(), {.timeout = milliseconds(100)}), "no answer within");
  EXPECT_LT(steady_clock::now() - start, milliseconds(2000));
}

TEST(ServerCollectorTest, GivesUpOnAHungServerBeforeTheScraperDoes) {
  const SilentServer server;
  const auto start = steady_clock::now();
  expect_down(read(server.url(), {.scrape_time = milliseconds(1000)}), "no answer within");
  EXPECT_LT(steady_clock::now() - start, milliseconds(1000));
}

TEST(ServerCollectorTest, DoesNotAskWhenTheDeadlineHasPassed) {
  const PageServer server("seadragon_queue_length 1\n");
  expect_down(read(server.url(), {.scrape_time = milliseconds(0)}), "no time left");
}

TEST(ServerCollectorTest, StopsWaitingWhenTheExporterStops) {
  const SilentServer server;
  std::stop_source stop;
  const std::jthread stopper([&stop] { stop.request_stop(); });
  const auto start = steady_clock::now();
  expect_down(read(server.url(), {.stop = stop.get_token()}), "stopped");
  EXPECT_LT(steady_clock::now() - start, milliseconds(2000));
}

TEST(ServerCollectorTest, TellsOfEachServerByItsName) {
  const PageServer one("seadragon_queue_length 1\nseadragon_queue_active_requests 2\n");
  const PageServer other("own_requests{state=\"run\"} 3\nown_requests{state=\"wait\"} 4\n");
  const Preset own{.name = "metrics",
                   .queue_length = {.from = {{"own_requests", "state", "wait"}}},
                   .active_requests = {.from = {{"own_requests", "state", "run"}}},
                   .kv_cache_usage = {},
                   .prompt_tokens = {},
                   .completion_tokens = {}};
  const auto collector =
      make_server_collector({{"one", one.url(), *find_preset("seadragon"), milliseconds(5000)},
                             {"none", "http://127.0.0.1:1/", own, milliseconds(5000)},
                             {"other", other.url(), own, milliseconds(5000)}},
                            {});
  monitoring::Samples samples;
  EXPECT_THROW(collector->collect(samples, scrape_within(milliseconds(10000))), std::runtime_error);
  const std::string page = samples.text();
  EXPECT_EQ(value_of(page, "seadragon_server_queue_length{server=\"one\"}"), 1);
  EXPECT_EQ(value_of(page, "seadragon_server_up{server=\"none\"}"), 0);
  EXPECT_EQ(value_of(page, "seadragon_server_queue_length{server=\"none\"}"), std::nullopt);
  EXPECT_EQ(value_of(page, "seadragon_server_queue_length{server=\"other\"}"), 4);
  EXPECT_EQ(value_of(page, "seadragon_server_active_requests{server=\"other\"}"), 3);
}

}  // namespace
}  // namespace seadragon::exporter
