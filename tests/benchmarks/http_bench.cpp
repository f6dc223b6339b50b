// A request through cpp-httplib: a server as it is against the same server instrumented.
#include <array>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <sched.h>
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

/// Keeps this thread, and those that it makes from now on, on one processor. Otherwise each
/// server's threads stay where they once came to lie, and how far that is from the client decides
/// more than what the server does.
void stay_on_one_processor() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &one);
  if (::sched_setaffinity(0, sizeof one, &one) != 0) {
    throw std::runtime_error("sched_setaffinity failed");
  }
}

/// CPU time of all threads: client, server, and those that write the log.
double process_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Server>
void add_turn(Server& server, std::size_t requests, Timings& seconds) {
  const double begin = process_seconds();
  for (std::size_t i = 0; i < requests; ++i) server.request();
  seconds.add((process_seconds() - begin) / static_cast<double>(requests));
}

void measure(Report& report) {
  const Row row{"http_request", 0.8, "bare"};
  if (!report.wants(row.name)) return;
  report.begin(row.name);
  stay_on_one_processor();

  const TemporaryFolder folder;
  monitoring::Monitor logging(options(folder.path() / "access.log"));
  monitoring::Monitor silent(options(""));
  Listening<::httplib::Server> bare;
  Listening<monitoring::httplib::Server<>> logged(logging);
  Listening<monitoring::httplib::Server<>> unlogged(silent);

  const std::size_t turns = report.once() ? 1 : 120;
  const std::size_t requests = report.once() ? 10 : 250;
  Timings of_bare, of_logged, of_unlogged;
  const std::array<std::function<void()>, 3> sides{
      [&] { add_turn(bare, requests, of_bare); },
      [&] { add_turn(logged, requests, of_logged); },
      [&] { add_turn(unlogged, requests, of_unlogged); },
  };
  // Each in each place as often: what comes before leaves the caches as it likes.
  for (std::size_t turn = 0; turn < turns; ++turn) {
    for (std::size_t i = 0; i < sides.size(); ++i) sides[(turn + i) % sides.size()]();
  }
  report.compared(row, {of_bare, of_logged});
  report.figure("http_request without a log", of_unlogged);
  const auto lost = tests::value_of(logging.metrics(), "seadragon_log_dropped_total");
  if (lost.value_or(0) > 0) report.remark("http_request: the log could not keep up");
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
