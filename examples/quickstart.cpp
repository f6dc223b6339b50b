// The shortest useful server with monitoring. Try:
//   curl -d 'hello' http://127.0.0.1:8080/v1/echo
//   curl http://127.0.0.1:10300/metrics
#include <algorithm>
#include <string>

#include <httplib.h>
#include <seadragon/monitoring/httplib.h>

int main() {
  using namespace seadragon;

  monitoring::Monitor monitor("127.0.0.1:10300");  // serves /metrics
  monitoring::httplib::Server<> server(monitor);   // was: httplib::Server server;
  monitoring::Queue queue = monitor.queue({"echo", /*capacity=*/8, /*slots=*/8});
  monitoring::Counter words =
      monitor.registry().counter("example_words_total", "Words that were echoed.");

  server.Post("/v1/echo", [&](const httplib::Request& request, httplib::Response& response) {
    monitoring::Ticket ticket = queue.enqueue({"echo-1"});
    ticket.run([&] {
      for (std::size_t at = 0; at < request.body.size(); ++at) {
        const std::size_t end = std::min(request.body.find(' ', at), request.body.size());
        response.body += request.body.substr(at, end - at) + "\n";
        words.increment();
        ticket.token();
        at = end;
      }
    });
  });

  return server.listen("127.0.0.1", 8080) ? 0 : 1;
}
