// A server built with -fno-rtti, as a program of its own: GoogleTest wants RTTI. Exit status 0 when
// its requests were counted.
#include <cstdio>
#include <string>
#include <thread>

#include <seadragon/monitoring/httplib.h>
#include <seadragon/monitoring/monitor.h>

#include "tests/lib/tcp_client.h"

#ifdef __cpp_rtti
#error "this is to be built with -fno-rtti"
#endif

namespace {

std::string ask(int port, const char* path) {
  seadragon::tests::TcpClient client(port);
  client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return client.read_all();
}

template <class Server, class Route>
bool counts(seadragon::monitoring::Monitor& monitor, Server& server, const Route& route) {
  server.Get("/plain", route("/plain", [](const httplib::Request&, httplib::Response& response) {
               response.set_content("ok", "text/plain");
             }));
  server.Get("/stream", route("/stream", [](const httplib::Request&, httplib::Response& response) {
               response.set_chunked_content_provider("text/plain",
                                                     [](std::size_t, httplib::DataSink& sink) {
                                                       sink.write("token", 5);
                                                       sink.done();
                                                       return true;
                                                     });
             }));
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread serving([&] { server.listen_after_bind(); });
  ask(port, "/plain");
  ask(port, "/stream");
  server.stop();  // and wait for what still runs
  serving.join();
  const std::string page = monitor.metrics();
  for (const char* route_of : {"/plain", "/stream"}) {
    const std::string line = "seadragon_http_outcomes_total{route=\"" + std::string(route_of) +
                             "\",outcome=\"completed\"} 1\n";
    if (page.find(line) == std::string::npos) {
      std::fprintf(stderr, "missing: %s%s", line.c_str(), page.c_str());
      return false;
    }
  }
  return true;
}

}  // namespace

int main() {
  namespace monitoring = seadragon::monitoring;
  const monitoring::MonitorOptions options{{/*console=*/false, /*file=*/""}};

  monitoring::Monitor first(options);
  monitoring::httplib::Server<> drop_in(first);
  if (!counts(first, drop_in, [](const char*, auto handler) { return handler; })) return 1;

  monitoring::Monitor second(options);
  httplib::Server composed;
  composed.set_pre_routing_handler(monitoring::httplib::pre_routing(second));
  composed.set_post_routing_handler(monitoring::httplib::post_routing(second));
  composed.new_task_queue = monitoring::httplib::task_queue(second, composed.new_task_queue);
  const auto named = [&](const char* pattern, auto handler) {
    return monitoring::httplib::route(second, "GET", pattern, std::move(handler));
  };
  return counts(second, composed, named) ? 0 : 1;
}
