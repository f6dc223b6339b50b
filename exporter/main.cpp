#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <seadragon/monitoring/endpoint.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "exporter/collectors/collectors.h"
#include "exporter/command_line.h"
#include "exporter/config.h"
#include "exporter/metric_list.h"
#include "exporter/scrape.h"
#include "lib/src/version.h"

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

/// The collectors and the endpoint, exchangeable while scrapes run.
class Exporter {
 public:
  explicit Exporter(Config config) : config_(std::move(config)) {
    scraper_ = make_scraper(config_);
    endpoint_ = make_endpoint(config_);
    apply_log_level();
    announce();
  }

  ~Exporter() {
    stop_.request_stop();
    endpoint_.reset();
  }

  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  /// All or nothing: throws, and goes on as before, when the new address cannot be listened on.
  void reload(Config config) {
    // The same collectors go on: they know how far their counters have come.
    if (config != config_) {
      auto scraper = make_scraper(config);
      const bool moves = config.web.listen_address != config_.web.listen_address;
      auto endpoint = moves ? make_endpoint(config) : std::move(endpoint_);
      exchange(std::move(scraper));
      endpoint_ = std::move(endpoint);
      config_ = std::move(config);
      apply_log_level();
    }
    announce();
  }

 private:
  std::shared_ptr<Scraper> make_scraper(const Config& config) const {
    return std::make_shared<Scraper>(make_collectors(config, stop_.get_token()), log_state_change);
  }

  std::unique_ptr<Endpoint> make_endpoint(const Config& config) {
    return std::make_unique<Endpoint>(
        monitoring::EndpointOptions{.address = config.web.listen_address,
                                    .title = "Seadragon exporter"},
        [this](const monitoring::Scrape& scrape) { return scraper()->page(scrape); });
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
    std::string names;
    for (const std::string_view name : scraper()->collectors()) {
      names.append(names.empty() ? "" : ", ").append(name);
    }
    spdlog::info("version {} serves http://{}/metrics as user {}; collectors: {}",
                 monitoring::version, endpoint_->address(), geteuid(),
                 names.empty() ? "none" : names);
  }

  Config config_;
  std::stop_source stop_;
  mutable std::mutex scraper_lock_;
  std::shared_ptr<Scraper> scraper_;
  std::unique_ptr<Endpoint> endpoint_;
};

void reload(Exporter& exporter, const CommandLine& line) {
  try {
    exporter.reload(line.config());
  } catch (const std::exception& failure) {
    spdlog::error("configuration unchanged: {}", failure.what());
  }
}

ExitCode serve(const CommandLine& line, Config config) {
  start_log();
  const sigset_t signals = hold_signals();
  try {
    Exporter exporter(std::move(config));
    while (true) {
      int signal = 0;
      sigwait(&signals, &signal);
      if (signal != SIGHUP) {
        spdlog::info("stops on signal {}", signal);
        return ExitCode::fine;
      }
      reload(exporter, line);
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
  using seadragon::exporter::CommandLine;
  using seadragon::exporter::ExitCode;

  const auto parsed = CommandLine::parse(argc, argv);
  if (const auto* const code = std::get_if<ExitCode>(&parsed)) return static_cast<int>(*code);
  return static_cast<int>(seadragon::exporter::run(std::get<CommandLine>(parsed)));
}
