// The same series over HTTP, for exporter_bench, which measures this process from outside.
//
//   endpoint_servers seadragon [WEB_CONFIG_FILE]    by our endpoint
//   endpoint_servers exposer                        by the Exposer of prometheus-cpp
//
// Prints `HOST:PORT` and serves a page of 1,000 series until its input ends.
#include <cstddef>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <prometheus/exposer.h>
#include <seadragon/monitoring/endpoint.h>
#include <seadragon/monitoring/exposition.h>

#include "tests/benchmarks/page_content.h"

namespace seadragon::bench {
namespace {

constexpr std::size_t series = 1'000;

void until_input_ends(const std::string& address) {
  std::cout << address << std::endl;
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
}

void serve_ours(std::string web_config_file) {
  OurPage content{PageShape(series)};
  content.fill();
  monitoring::Exposition page;
  page.add(content.registry);
  monitoring::EndpointOptions options;
  options.address = "127.0.0.1:0";
  options.web_config_file = std::move(web_config_file);
  const monitoring::Endpoint endpoint(
      options, [&](const monitoring::Scrape& scrape) { return page.answer(scrape.request); });
  until_input_ends(endpoint.address());
}

void serve_stock() {
  StockPage content{PageShape(series)};
  content.fill();
  prometheus::Exposer exposer("127.0.0.1:0");
  exposer.RegisterCollectable(content.registry);
  until_input_ends("127.0.0.1:" + std::to_string(exposer.GetListeningPorts().front()));
}

int serve(int argc, char** argv) {
  const std::string_view which = argc > 1 ? argv[1] : "";
  if (which == "seadragon" && argc <= 3) {
    serve_ours(argc == 3 ? argv[2] : "");
  } else if (which == "exposer" && argc == 2) {
    serve_stock();
  } else {
    std::cerr << "Usage: endpoint_servers seadragon [WEB_CONFIG_FILE] | exposer\n";
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  try {
    return seadragon::bench::serve(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
}
