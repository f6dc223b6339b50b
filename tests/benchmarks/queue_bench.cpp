// What following a request through a queue costs, beside the clock that it has to read.
#include <chrono>

#include "seadragon/monitoring/monitor.h"
#include "tests/benchmarks/interleaved.h"

namespace seadragon::bench {
namespace {

using monitoring::Monitor;
using monitoring::Outcome;
using monitoring::Queue;
using monitoring::Ticket;

constexpr const char* model = "llama-3-8b-instruct";

// From the bars of 200 ns and 50 ns, where reading the clock takes 29 ns.
constexpr double most_of_a_request = 200;
constexpr double most_of_a_token = 50;
constexpr double clock_read = 29;

void read_clock(int times) {
  for (int i = 0; i < times; ++i) benchmark::DoNotOptimize(std::chrono::steady_clock::now());
}

void measure(Report& report) {
  Monitor monitor({.log = {.console = false, .file = ""}});
  Queue queue = monitor.queue({"chat", 64, 2});
  Ticket producing = queue.enqueue({model, monitor.usage({"7", "key-3"})});
  producing.start();
  producing.token();

  const Repeated three_clock_reads = repeated([](unsigned) { read_clock(3); });
  const Repeated one_clock_read = repeated([](unsigned) { read_clock(1); });
  const Comparison comparisons[] = {
      {{"ticket_enqueue_start_finish", 3 * clock_read / most_of_a_request, "three clock reads"},
       {three_clock_reads, repeated([&](unsigned) {
          Ticket ticket = queue.enqueue({model});
          ticket.start();
          ticket.finish(Outcome::completed);
        })}},
      {{"ticket_token", clock_read / most_of_a_token, "one clock read"},
       {one_clock_read, repeated([&](unsigned) { producing.token(); })}},
      {{"ticket_four_tokens_at_once", clock_read / most_of_a_token, "one clock read"},
       {one_clock_read, repeated([&](unsigned) { producing.token(4); })}},
  };
  report_interleaved(report, comparisons, {41, 0.01});
  if (report.wants("ticket_reject")) {
    report.figure("ticket_reject, which reads no clock",
                  time_alone(repeated([&](unsigned) { queue.reject(); }),
                             report.once() ? Effort{1, 0} : Effort{7, 0.02}));
  }
}

}  // namespace
}  // namespace seadragon::bench

int main(int argc, char** argv) {
  return seadragon::bench::report_from_main(argc, argv, seadragon::bench::measure);
}
