#include <optional>
#include <stdexcept>

#include <sys/resource.h>

#include "exporter/collectors/collectors.h"
#include "exporter/process_reading.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

class ExporterCollector : public Collector {
 public:
  ExporterCollector(const AnswerCounts& answers, const ServedCertificate& certificate)
      : answers_(answers), certificate_(certificate) {}

  std::string_view name() const override { return "exporter"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    answers_.add_to(samples);
    certificate_.add_to(samples);
    const auto reading = read_process(proc_, "self");
    if (!reading) throw std::runtime_error(proc_.path("self") + ": incomplete");
    const auto add = [&](const monitoring::MetricSpec& spec, auto value) {
      samples.add(spec, static_cast<double>(value));
    };
    add(metric("process_cpu_seconds_total"), cpu_seconds(reading->stat));
    add(metric("process_threads"), reading->stat.threads);
    add(metric("process_virtual_memory_bytes"), reading->stat.virtual_bytes);
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
      add(metric("process_virtual_memory_max_bytes"), limit.rlim_cur);
    }
    if (reading->memory) {
      add(metric("process_resident_memory_bytes"), reading->memory->resident);
    }
    if (reading->open_files) add(metric("process_open_fds"), *reading->open_files);
    if (reading->most_open_files) add(metric("process_max_fds"), *reading->most_open_files);
    if (!start_) start_ = start_time(proc_, reading->stat.start_ticks);
    if (start_) add(metric("process_start_time_seconds"), *start_);
  }

 private:
  const AnswerCounts& answers_;
  const ServedCertificate& certificate_;
  const ProcFiles proc_{"/proc"};  // wherever that of the machine may be
  std::optional<double> start_;
};

}  // namespace

std::unique_ptr<Collector> make_exporter_collector(const AnswerCounts& answers,
                                                   const ServedCertificate& certificate) {
  return std::make_unique<ExporterCollector>(answers, certificate);
}

}  // namespace seadragon::exporter
