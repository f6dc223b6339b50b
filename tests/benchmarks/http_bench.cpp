// What monitoring adds to a request through cpp-httplib.
#include <string>

#include <seadragon/monitoring/httplib.h>

#include "tests/benchmarks/http_servers.h"

namespace seadragon::bench {
namespace {

template <class Server>
void serve(Server& server, const std::function<void(int port)>& ready) {
  server.new_task_queue = [] { return new ::httplib::ThreadPool(most_connections); };
  server.set_tcp_nodelay(true);  // head and body are two writes
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_keep_alive_timeout(600);
  server.Get("/v1/models", [](const ::httplib::Request&, ::httplib::Response& response) {
    response.set_content(answer, "application/json");
  });
  ready(server.bind_to_any_port("127.0.0.1"));
  server.listen_after_bind();
}

void measure(Report& report) {
  compare(report, "http",
          {.bare =
               [](const auto& ready) {
                 ::httplib::Server server;
                 serve(server, ready);
               },
           .monitored = [](const std::string& log_file) -> Serve {
             return [log_file](const auto& ready) {
               monitoring::MonitorOptions options;
               options.log.console = false;
               options.log.file = log_file;
               monitoring::Monitor monitor(options);
               monitoring::httplib::Server<> server(monitor);
               serve(server, ready);
             };
           }});
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
