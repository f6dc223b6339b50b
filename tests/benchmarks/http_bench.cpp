// A request through cpp-httplib: a server as it is against the same server instrumented.
#include <chrono>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <seadragon/monitoring/httplib.h>
#include <seadragon/monitoring/monitor.h>
#include <stdlib.h>

#include "tests/benchmarks/report.h"
#include "tests/lib/tcp_client.h"
#include "tests/metrics_page.h"

namespace seadragon::bench {
namespace {

constexpr char request_head[] =
    "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
    "User-Agent: benchmark\r\n\r\n";
constexpr char answer[] = R"({"object":"list","data":[{"id":"llama-3-70b-instruct"}]})";

/// Listens until it is destroyed, and has one client whose connection stays.
template <class Server>
class Listening {
 public:
  template <class... Arguments>
  explicit Listening(Arguments&&... arguments) : server_(std::forward<Arguments>(arguments)...) {
    server_.new_task_queue = [] { return new ::httplib::ThreadPool(1); };
    server_.set_tcp_nodelay(true);  // head and body are two writes
    server_.set_keep_alive_max_count(1'000'000'000);
    server_.Get("/v1/models", [](const ::httplib::Request&, ::httplib::Response& response) {
      response.set_content(answer, "application/json");
    });
    const int port = server_.bind_to_any_port("127.0.0.1");
    if (port <= 0) throw std::runtime_error("no free port on 127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    client_.emplace(port);
    request();  // it listens now, and can be stopped
  }
  ~Listening() {
    client_.reset();
    server_.stop();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  void request() {
    client_->send(request_head);
    if (!client_->read_until(answer).ends_with(answer)) {
      throw std::runtime_error("the server did not answer");
    }
  }

 private:
  Server server_;
  std::jthread thread_;
  std::optional<tests::TcpClient> client_;
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "seadragon-bench.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error(pattern + ": cannot be made");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

monitoring::MonitorOptions options(std::string log_file) {
  monitoring::MonitorOptions options;
  options.log.console = false;
  options.log.file = std::move(log_file);
  return options;
}

/// Of a request. CPU time is that of the whole process: client, server, and the thread of the log.
struct Cost {
  Timings wall;
  Timings cpu;
};

double process_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Server>
void add_turn(Server& server, std::size_t requests, Cost& cost) {
  using Clock = std::chrono::steady_clock;
  const double cpu_begin = process_seconds();
  const Clock::time_point begin = Clock::now();
  for (std::size_t i = 0; i < requests; ++i) server.request();
  const std::chrono::duration<double> wall = Clock::now() - begin;
  cost.wall.add(wall.count() / static_cast<double>(requests));
  cost.cpu.add((process_seconds() - cpu_begin) / static_cast<double>(requests));
}

void measure(Report& report) {
  const Row wall{"http_request", 0.8, "bare"};
  const Row cpu{"http_request_cpu", 0.67, "bare"};
  if (!report.wants(wall.name) && !report.wants(cpu.name)) return;
  report.begin(wall.name);

  const TemporaryFolder folder;
  monitoring::Monitor logging(options(folder.path() / "access.log"));
  monitoring::Monitor silent(options(""));
  Listening<::httplib::Server> bare;
  Listening<monitoring::httplib::Server<>> logged(logging);
  Listening<monitoring::httplib::Server<>> unlogged(silent);

  const int turns = report.once() ? 1 : 80;
  const std::size_t requests = report.once() ? 10 : 250;
  Cost of_bare, of_logged, of_unlogged;
  for (int turn = 0; turn < turns; ++turn) {
    add_turn(bare, requests, of_bare);
    add_turn(logged, requests, of_logged);
    add_turn(unlogged, requests, of_unlogged);
  }
  report.compared(wall, {of_bare.wall, of_logged.wall});
  report.compared(cpu, {of_bare.cpu, of_logged.cpu});
  report.figure("http_request without a log", of_unlogged.wall);
  report.figure("http_request_cpu without a log", of_unlogged.cpu);
  const auto lost = tests::value_of(logging.metrics(), "seadragon_log_dropped_total");
  if (lost.value_or(0) > 0) report.remark("the log could not keep up");
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
