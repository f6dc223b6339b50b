// What monitoring adds to a request through cpp-httplib: a server as it is beside the same server
// instrumented, with and without its access log, each in a process of its own.
#include <array>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sched.h>
#include <seadragon/monitoring/httplib.h>
#include <seadragon/monitoring/monitor.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/benchmarks/report.h"
#include "tests/lib/tcp_client.h"
#include "tests/metrics_page.h"

namespace seadragon::bench {
namespace {

constexpr char request_head[] =
    "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
    "User-Agent: benchmark\r\n\r\n";
constexpr char answer[] = R"({"object":"list","data":[{"id":"llama-3-70b-instruct"}]})";
constexpr std::size_t most_connections = 8;

/// Serves until the process is killed; writes its port to `ready`.
template <class Server>
[[noreturn]] void serve(Server& server, int ready) {
  server.new_task_queue = [] { return new ::httplib::ThreadPool(most_connections); };
  server.set_tcp_nodelay(true);  // head and body are two writes
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_keep_alive_timeout(600);
  server.Get("/v1/models", [](const ::httplib::Request&, ::httplib::Response& response) {
    response.set_content(answer, "application/json");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  if (::write(ready, &port, sizeof port) != sizeof port) ::_exit(1);
  server.listen_after_bind();
  ::_exit(1);
}

/// A server in a child process, and connections to it that stay.
class Side {
 public:
  /// `run` serves and does not return.
  explicit Side(const std::function<void(int ready)>& run) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) throw std::runtime_error("pipe failed");
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::close(pipe[0]);
      run(pipe[1]);
    }
    ::close(pipe[1]);
    int port = 0;
    const bool told = ::read(pipe[0], &port, sizeof port) == sizeof port && port > 0;
    ::close(pipe[0]);
    if (!told || ::clock_getcpuclockid(child_, &clock_) != 0) {
      throw std::runtime_error("the server did not start");
    }
    for (std::size_t i = 0; i < most_connections; ++i) {
      clients_.push_back(std::make_unique<tests::TcpClient>(port));
      // One after the other: older versions let five connections wait at most.
      clients_.back()->send(request_head);
      read_answer(*clients_.back());
    }
    cpu_before_ = cpu_seconds();
  }
  ~Side() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  /// `requests` on each of so many connections, at the same time.
  void turn(std::size_t connections, std::size_t requests) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < requests; ++i) {
      for (std::size_t c = 0; c < connections; ++c) clients_[c]->send(request_head);
      for (std::size_t c = 0; c < connections; ++c) read_answer(*clients_[c]);
    }
    const auto all = static_cast<double>(requests * connections);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    wall.add(passed.count() / all);
    // From the end of the turn before: what its log still had to write belongs to its requests.
    const double cpu_now = cpu_seconds();
    last_cpu = (cpu_now - std::exchange(cpu_before_, cpu_now)) / all;
    cpu.add(last_cpu);
  }

  /// What happened until now is not measured.
  void forget() {
    wall = {};
    cpu = {};
    cpu_before_ = cpu_seconds();
  }

  Timings wall;  // seconds a request
  Timings cpu;   // of the server's process
  double last_cpu = 0;

 private:
  static void read_answer(tests::TcpClient& client) {
    if (!client.read_until(answer).ends_with(answer)) {
      throw std::runtime_error("the server did not answer");
    }
  }

  double cpu_seconds() const {
    timespec now{};
    ::clock_gettime(clock_, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }

  pid_t child_ = -1;
  clockid_t clock_{};
  double cpu_before_ = 0;
  std::vector<std::unique_ptr<tests::TcpClient>> clients_;
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

[[noreturn]] void serve_bare(int ready) {
  ::httplib::Server server;
  serve(server, ready);
}

[[noreturn]] void serve_monitored(int ready, const std::string& log_file) {
  monitoring::MonitorOptions options;
  options.log.console = false;
  options.log.file = log_file;
  monitoring::Monitor monitor(options);
  monitoring::httplib::Server<> server(monitor);
  serve(server, ready);
}

/// Keeps this process, and those that it makes from now on, on one processor. Otherwise each
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

void measure(Report& report) {
  if (!report.wants("http_requests") && !report.wants("http_cpu")) return;
  stay_on_one_processor();
  const TemporaryFolder folder;
  Side bare(serve_bare);
  Side silent([](int ready) { serve_monitored(ready, ""); });
  Side logging([&](int ready) { serve_monitored(ready, folder.path() / "access.log"); });
  const std::array<Side*, 3> sides{&bare, &silent, &logging};

  for (const std::size_t connections : {std::size_t{1}, most_connections}) {
    const std::string suffix =
        connections == 1 ? "_1_connection" : "_" + std::to_string(connections) + "_connections";
    report.begin("http" + suffix);
    const std::size_t turns = report.once() ? 1 : 200;
    const std::size_t requests = (report.once() ? 8 : 240) / connections;
    for (Side* const side : sides) {
      side->turn(connections, requests);
      side->forget();
    }
    Timings silent_costs, logging_costs;
    // Each in each place as often: what comes before leaves the caches as it likes.
    for (std::size_t turn = 0; turn < turns; ++turn) {
      for (std::size_t i = 0; i < sides.size(); ++i) {
        sides[(turn + i) % sides.size()]->turn(connections, requests);
      }
      // Turns of the same moment are compared: the processor's speed changes.
      silent_costs.add(silent.last_cpu - bare.last_cpu);
      logging_costs.add(logging.last_cpu - bare.last_cpu);
    }
    report.compared({"http_requests" + suffix, 0.95, "bare"}, {bare.wall, silent.wall});
    report.compared({"http_requests" + suffix + "_logged", 0.88, "bare"},
                    {bare.wall, logging.wall});
    report.budgeted({"http_cpu" + suffix, 1, "budget"}, 1e-6, silent_costs);
    report.budgeted({"http_cpu" + suffix + "_logged", 1, "budget"}, 3e-6, logging_costs);
    report.figure("http_cpu" + suffix + ", bare", bare.cpu);
  }
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
