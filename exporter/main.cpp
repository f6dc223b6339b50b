#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>

#include <malloc.h>
#include <seadragon/monitoring/endpoint.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "exporter/answer_counts.h"
#include "exporter/collectors/collectors.h"
#include "exporter/command_line.h"
#include "exporter/config.h"
#include "exporter/metric_list.h"
#include "exporter/scrape.h"
#include "exporter/served_certificate.h"
#include "lib/src/version.h"
#include "lib/src/web_access.h"

namespace seadragon::exporter {
namespace {

using monitoring::Endpoint;
using monitoring::LogLevel;

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void start_log() {
  auto log = spdlog::stderr_logger_mt("seadragon-exporter");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_default_logger(std::move(log));
}

void log_state_change(std::string_view collector, const std::optional<std::string>& failure) {
  if (failure) {
    spdlog::warn("collector {} fails: {}", collector, *failure);
  } else {
    spdlog::info("collector {} delivers again", collector);
  }
}

/// Blocks the signals the exporter acts on, in this thread and those it will start, so that they
/// wait for sigwait().
sigset_t hold_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A peer that hangs up is met as an error of write().
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

std::string listen_address(const Config& config) {
  return config.web.systemd_socket ? "systemd" : config.web.listen_address;
}

/// The collectors and the endpoint, exchangeable while scrapes run.
class Exporter {
 public:
  Exporter(const CommandLine& line, Config config) : line_(line), config_(std::move(config)) {
    const std::lock_guard lock(reload_lock_);  // the endpoint may be asked to reload at once
    scraper_ = make_scraper(config_);
    endpoint_ = make_endpoint();
    apply_log_level();
    announce();
  }

  ~Exporter() {
    {
      const std::lock_guard lock(reload_lock_);  // a reload under way ends, and is the last
      stop_.request_stop();
    }
    endpoint_.reset();
  }

  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  /// Reads the configuration again. All or nothing: throws, and goes on as before, when it is bad
  /// or a new address cannot be listened on. Any thread.
  void reload() {
    const std::lock_guard lock(reload_lock_);
    try {
      if (stop_.stop_requested()) throw std::runtime_error("the exporter is stopping");
      Config config = line_.config();
      refuse_what_needs_a_restart(config);
      // The same collectors go on: they know how far their counters have come.
      if (config != config_) {
        auto scraper = make_scraper(config);
        endpoint_->listen(listen_address(config));
        exchange(std::move(scraper));
        config_ = std::move(config);
        apply_log_level();
      }
      announce();
    } catch (const std::exception& failure) {
      spdlog::error("configuration unchanged: {}", failure.what());
      throw;
    }
  }

 private:
  void refuse_what_needs_a_restart(const Config& config) const {
    Config::Web same = config.web;
    same.listen_address = config_.web.listen_address;
    same.systemd_socket = config_.web.systemd_socket;
    same.disable_exporter_metrics = config_.web.disable_exporter_metrics;
    if (same != config_.web) {
      throw std::runtime_error(
          "of the section web only addresses and disable_exporter_metrics change without a "
          "restart");
    }
  }

  std::shared_ptr<Scraper> make_scraper(const Config& config) const {
    return std::make_shared<Scraper>(
        make_collectors(
            config, {.stop = stop_.get_token(), .answers = answers_, .certificate = certificate_}),
        log_state_change);
  }

  std::unique_ptr<Endpoint> make_endpoint() {
    monitoring::EndpointOptions options;
    options.address = listen_address(config_);
    options.title = "Seadragon exporter";
    options.metrics_path = config_.web.telemetry_path;
    options.max_requests = config_.web.max_requests;
    options.web_config_file = config_.web.config_file;
    if (config_.web.enable_lifecycle) options.reload = [this] { reload(); };
    options.on_error = [](const std::string& what) { spdlog::error("{}", what); };
    options.on_answer = [this](int status, std::size_t bytes) { answers_.count(status, bytes); };
    options.on_certificate = [this](auto expiry) { certificate_.renew(expiry); };
    return std::make_unique<Endpoint>(std::move(options), [this](const monitoring::Scrape& scrape) {
      return scraper()->page(scrape);
    });
  }

  /// Shared, because a scrape may still use the old one when a new one takes its place.
  std::shared_ptr<Scraper> scraper() const {
    const std::lock_guard lock(scraper_lock_);
    return scraper_;
  }

  void exchange(std::shared_ptr<Scraper> scraper) {
    const std::lock_guard lock(scraper_lock_);
    scraper_.swap(scraper);
  }

  void apply_log_level() const { spdlog::set_level(spdlog_level(config_.log.level)); }

  void announce() const {
    std::string names, urls;
    for (const std::string_view name : scraper()->collectors()) {
      names.append(names.empty() ? "" : ", ").append(name);
    }
    for (const std::string& url : endpoint_->urls()) {
      urls.append(urls.empty() ? "" : ", ").append(url);
    }
    spdlog::info("version {} serves {} as user {}; collectors: {}", monitoring::version, urls,
                 geteuid(), names.empty() ? "none" : names);
    if (geteuid() == 0) spdlog::warn("runs as root, which it does not need");
  }

  const CommandLine& line_;
  std::mutex reload_lock_;
  Config config_;
  std::stop_source stop_;
  AnswerCounts answers_;
  ServedCertificate certificate_;
  mutable std::mutex scraper_lock_;
  std::shared_ptr<Scraper> scraper_;
  std::unique_ptr<Endpoint> endpoint_;
};

void reload(Exporter& exporter) {
  try {
    exporter.reload();
  } catch (const std::exception&) {  // it is in the log
  }
}

ExitCode serve(const CommandLine& line, Config config) {
  start_log();
  const sigset_t signals = hold_signals();
  try {
    Exporter exporter(line, std::move(config));
    while (true) {
      int signal = 0;
      sigwait(&signals, &signal);
      if (signal != SIGHUP) {
        spdlog::info("stops on signal {}", signal);
        return ExitCode::fine;
      }
      reload(exporter);
    }
  } catch (const std::exception& failure) {
    spdlog::error("{}", failure.what());
    return ExitCode::failed;
  }
}

ExitCode run(const CommandLine& line) {
  if (line.action() == CommandLine::Action::print_metrics) {
    std::cout << metric_list();
    return ExitCode::fine;
  }
  Config config;
  try {
    config = line.config();
    monitoring::detail::read_web_access(config.web.config_file);
  } catch (const std::exception& failure) {
    std::cerr << "seadragon-exporter: " << failure.what() << '\n';
    return ExitCode::bad_usage;
  }
  if (line.action() == CommandLine::Action::check_config) {
    std::cout << (line.config_file().empty() ? "flags" : line.config_file()) << ": good\n";
    return ExitCode::fine;
  }
  return serve(line, std::move(config));
}

}  // namespace
}  // namespace seadragon::exporter

int main(int argc, char** argv) {
  // A page of an LLM server may be large for a moment. Each such piece that is freed would make
  // glibc keep larger ones for itself, for ever, unless the limit is set.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_ARENA_MAX, 1);  // threads that take turns need no heap each

  using seadragon::exporter::CommandLine;
  using seadragon::exporter::ExitCode;

  const auto parsed = CommandLine::parse(argc, argv);
  if (const auto* const code = std::get_if<ExitCode>(&parsed)) return static_cast<int>(*code);
  return static_cast<int>(seadragon::exporter::run(std::get<CommandLine>(parsed)));
}
