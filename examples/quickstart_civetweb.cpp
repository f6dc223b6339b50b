// The shortest useful CivetWeb server with monitoring. Try:
//   curl -d 'hello' http://127.0.0.1:8080/v1/echo
//   curl http://127.0.0.1:10300/metrics
#include <iostream>
#include <string>

#define SEADRAGON_CIVETWEB_INTERCEPT  // true status, first byte, aborts
#include <seadragon/monitoring/civetweb.h>

namespace monitoring = seadragon::monitoring;

class Echo : public CivetHandler {
 public:
  explicit Echo(monitoring::Queue& queue) : queue_(queue) {}

  bool handlePost(CivetServer*, mg_connection* connection) override {
    const std::string text = CivetServer::getPostData(connection);
    monitoring::Ticket ticket = queue_.enqueue({"echo-1", monitoring::civetweb::usage()});
    ticket.run([&] {
      mg_send_http_ok(connection, "text/plain", -1);
      for (const char letter : text) {
        if (mg_send_chunk(connection, &letter, 1) < 0) return;
        ticket.token();
      }
      mg_send_chunk(connection, "", 0);
    });
    return true;
  }

 private:
  monitoring::Queue& queue_;
};

int main() {
  monitoring::Monitor monitor("127.0.0.1:10300");  // serves /metrics
  monitoring::Queue queue = monitor.queue({"echo", /*capacity=*/8, /*slots=*/8});
  Echo echo(queue);

  const char* options[] = {"listening_ports", "127.0.0.1:8080", nullptr};
  monitoring::civetweb::Server server(monitor, options);  // was: CivetServer server(options);
  server.addHandler("/v1/echo", echo);

  std::string until_enter;
  return std::getline(std::cin, until_enter) ? 0 : 1;
}
