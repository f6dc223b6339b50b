// Two pages for programs that read what Prometheus reads: one with a bit of everything, and that of
// a Monitor with native histograms.
//
//   page-server         the first page holds still
//   page-server busy    threads write to it without pause
//
// Reads a line of numbers, which page_wait_seconds then holds, and serves until its input ends.
// Prints `monitor ADDRESS`, `page ADDRESS`, then the content type of each answer of the first page,
// with ` gzip` after it where it was compressed.
#include <cstdint>
#include <iostream>
#include <iterator>
#include <limits>
#include <sstream>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <seadragon/monitoring/endpoint.h>
#include <seadragon/monitoring/monitor.h>

namespace {

using namespace seadragon::monitoring;

std::vector<double> read_numbers(std::istream& in) {
  std::string line;
  std::getline(in, line);
  std::istringstream numbers(line);
  return {std::istream_iterator<double>(numbers), {}};
}

void fill_counters(Registry& registry) {
  registry.counter("page_events_total", "Events, \"quoted\" and \\ with\na line.")
      .increment(9007199254740993);
  const Family<Counter> requests =
      registry.counter_family("page_requests_total", "Requests.", {"model", "status"});
  requests.with({"llama \"3\"", "200"}).increment(3);
  requests.with({"a\\b\nc", "500"}).increment();
  requests.with({"\xFF h\u00E9", ""}).increment(2);
  registry.counter("page_busy_seconds_total", "Busy.", {}, [] { return 12.5; });
}

void fill_gauges(Registry& registry) {
  const Family<Gauge> level = registry.gauge_family("page_level_ratio", "Level.", {"tank"});
  level.with({"north"}).set(0.30000000000000004);
  level.with({"south"}).set(-1e-300);
  level.with({"nan"}).set(std::numeric_limits<double>::quiet_NaN());
  level.with({"inf"}).set(-std::numeric_limits<double>::infinity());
  registry.up_down_counter("page_sessions", "Sessions.").add(-3);
}

void fill_histograms(Registry& registry, const std::vector<double>& waits) {
  // Bounds of every spelling: with a point, without, with an exponent.
  const Histogram sizes = registry.histogram("page_size_bytes", "Sizes.",
                                             {1e-05, 0.5, 1, 100000, 1000000, 1048576, 1e21});
  for (const double value : {0.0, 0.5, 1.0, 99999.0, 1e9, 1e22}) sizes.observe(value);

  const Histogram answers =
      registry.histogram("page_answer_seconds", "Answers.",
                         HistogramOptions({0.25, 1, 2.5}).with_exemplars("request_id"));
  answers.observe(0.125, "request-1");
  answers.observe(0.5, "request-2");
  answers.observe(7.5, "request-3");

  const Family<Histogram> wait = registry.histogram_family(
      "page_wait_seconds", "Waits.", HistogramOptions({0.1, 1, 10}).with_native(), {"queue"});
  for (const double seconds : waits) wait.with({"chat"}).observe(seconds);
  wait.with({"idle"});

  // Enough of them that a compressed page is longer than the window of its compression.
  const Family<Histogram> parts =
      registry.histogram_family("page_part_seconds", "Parts.", {0.1, 1, 10}, {"part"});
  for (std::uint64_t part = 0; part < 200; ++part) {
    parts.with({std::to_string(part)}).observe(0.01 * static_cast<double>(part), part + 1);
  }
}

/// Records until it is stopped.
void write_without_pause(Registry& registry, const std::stop_token& stop) {
  const Counter events = registry.counter("page_steps_total", "Steps taken.");
  const Histogram ones = registry.histogram("page_ones", "Values that are all 1.", {0.5, 1, 2});
  const Histogram answers = registry.histogram(
      "page_traced_seconds", "Answers with exemplars.",
      HistogramOptions({0.25, 1, 2.5}).with_native().with_exemplars("request_id"));
  for (std::uint64_t step = 0; !stop.stop_requested(); ++step) {
    events.increment();
    ones.observe(1);
    answers.observe(static_cast<double>(step % 400) / 100, "request-" + std::to_string(step));
  }
}

/// One request that was served to its end, so that what happened is on the page.
void use(Monitor& monitor) {
  Queue chat = monitor.queue({"chat", /*capacity=*/4, /*slots=*/1});
  HttpExchange exchange(monitor, {"POST", "/v1/chat", "request-7"});
  exchange.route(monitor.http_route("POST", "/v1/chat"));
  Ticket ticket = chat.enqueue({"llama-3-8b"});
  ticket.run([&] { ticket.token(12); });
  exchange.respond(200);
  exchange.finish(HttpOutcome::completed);
}

void serve(bool busy) {
  Registry registry;
  fill_counters(registry);
  fill_gauges(registry);
  fill_histograms(registry, read_numbers(std::cin));

  MonitorOptions options;
  options.log.console = false;
  options.log.file.clear();
  options.native_histograms = true;
  Monitor monitor(options);
  use(monitor);
  monitor.serve("127.0.0.1:0");

  Exposition page;
  page.add(registry);
  EndpointOptions at;
  at.address = "127.0.0.1:0";
  const Endpoint endpoint(at, [&](const Scrape& scrape) {
    ExpositionAnswer answer = page.answer(scrape.request);
    std::cout << answer.content_type << (answer.gzip ? " gzip" : "") << std::endl;
    return answer;
  });
  // Until it is printed nobody knows the address, so that the answers come after it.
  std::cout << "monitor " << monitor.metrics_address() << "\npage " << endpoint.address()
            << std::endl;

  std::vector<std::jthread> writers;
  for (int i = 0; busy && i < 2; ++i) {
    writers.emplace_back([&](const std::stop_token& stop) { write_without_pause(registry, stop); });
  }
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
}

}  // namespace

int main(int argc, char** argv) {
  const bool busy = argc == 2 && std::string_view(argv[1]) == "busy";
  if (argc > 1 && !busy) {
    std::cerr << "Usage: page-server [busy]\n";
    return 2;
  }
  serve(busy);
  return 0;
}
