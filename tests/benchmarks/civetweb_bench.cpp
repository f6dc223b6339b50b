// What monitoring adds to a request through CivetWeb, what handlers write intercepted.
#include <stdexcept>
#include <string>

#include <civetweb.h>
#include <unistd.h>

#include "tests/benchmarks/http_servers.h"

namespace seadragon::bench {
namespace {

constexpr char head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    "Connection: keep-alive\r\n\r\n%s";

// Before interception begins.
int list_models_bare(mg_connection* connection, void*) {
  mg_printf(connection, head, static_cast<int>(sizeof answer - 1), answer);
  return 200;
}

mg_context* start(const mg_callbacks& callbacks) {
  const std::string threads = std::to_string(most_connections);
  const char* options[] = {"listening_ports",
                           "127.0.0.1:0",
                           "num_threads",
                           threads.c_str(),
                           "enable_keep_alive",
                           "yes",
                           "keep_alive_timeout_ms",
                           "600000",
                           "tcp_nodelay",
                           "1",
                           nullptr};
  mg_context* const context = mg_start(&callbacks, nullptr, options);
  if (context == nullptr) throw std::runtime_error("CivetWeb did not start");
  return context;
}

[[noreturn]] void serve(mg_context* context, const std::function<void(int port)>& ready) {
  mg_server_port port{};
  mg_get_server_ports(context, 1, &port);
  ready(port.port);
  for (;;) ::pause();
}

void serve_bare(const std::function<void(int port)>& ready) {
  mg_context* const context = start({});
  mg_set_request_handler(context, "/v1/models", list_models_bare, nullptr);
  serve(context, ready);
}

}  // namespace
}  // namespace seadragon::bench

#define SEADRAGON_CIVETWEB_INTERCEPT
#include <seadragon/monitoring/civetweb.h>

namespace seadragon::bench {
namespace {

int list_models(mg_connection* connection, void*) {
  mg_printf(connection, head, static_cast<int>(sizeof answer - 1), answer);
  return 200;
}

void serve_monitored(const std::string& log_file, const std::function<void(int port)>& ready) {
  monitoring::MonitorOptions options;
  options.log.console = false;
  options.log.file = log_file;
  monitoring::Monitor monitor(options);
  mg_callbacks callbacks{};
  const auto instrumentation = monitoring::civetweb::instrument(callbacks, monitor);
  mg_context* const context = start(callbacks);
  mg_set_request_handler(context, "/v1/models", list_models, nullptr);
  serve(context, ready);
}

void measure(Report& report) {
  compare(report, "civetweb", {.bare = serve_bare, .monitored = [](const std::string& log_file) {
                                 return [log_file](const std::function<void(int)>& ready) {
                                   serve_monitored(log_file, ready);
                                 };
                               }});
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
