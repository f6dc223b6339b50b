#include "tests/benchmarks/http_servers.h"

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/tcp_client.h"

namespace seadragon::bench {
namespace {

constexpr char request_head[] =
    "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
    "User-Agent: benchmark\r\n\r\n";

/// A server in a child process, and connections to it that stay.
class Side {
 public:
  explicit Side(const Serve& serve) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) throw std::runtime_error("pipe failed");
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::close(pipe[0]);
      serve([&](int port) {
        if (::write(pipe[1], &port, sizeof port) != sizeof port) ::_exit(1);
      });
      ::_exit(1);
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

}  // namespace

void compare(Report& report, const std::string& name, const Servers& servers) {
  if (!report.wants(name + "_requests") && !report.wants(name + "_cpu")) return;
  stay_on_one_processor();
  const TemporaryFolder folder;
  Side bare(servers.bare);
  Side silent(servers.monitored(""));
  Side logging(servers.monitored(folder.path() / "access.log"));
  const std::array<Side*, 3> sides{&bare, &silent, &logging};

  for (const std::size_t connections : {std::size_t{1}, most_connections}) {
    const std::string suffix =
        connections == 1 ? "_1_connection" : "_" + std::to_string(connections) + "_connections";
    report.begin(name + suffix);
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
    report.compared({name + "_requests" + suffix, 0.95, "bare"}, {bare.wall, silent.wall});
    report.compared({name + "_requests" + suffix + "_logged", 0.88, "bare"},
                    {bare.wall, logging.wall});
    report.budgeted({name + "_cpu" + suffix, 1, "budget"}, 1e-6, silent_costs);
    report.budgeted({name + "_cpu" + suffix + "_logged", 1, "budget"}, 3e-6, logging_costs);
    report.figure(name + "_cpu" + suffix + ", bare", bare.cpu);
  }
}

}  // namespace seadragon::bench
