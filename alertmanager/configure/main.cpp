#include <cerrno>
#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alertmanager/configure/command_line.h"
#include "alertmanager/configure/configure.h"
#include "alertmanager/configure/settings_reader.h"
#include "alertmanager/configure/sources.h"
#include "alertmanager/configure/status.h"
#include "alertmanager/configure/test_mail.h"
#include "alertmanager/configure/validation.h"

namespace seadragon::alerts {
namespace {

void say(std::ostream& out, const std::string& line) {
  out << "seadragon-alerts: " << line << std::endl;  // at once: programs that follow write too
}

/// What was inherited must not decide what is made: a mask that keeps Prometheus out of the
/// folders, or an ignored SIGCHLD, with which nobody hears how a child ended. A reader that went
/// away, of this output or of a connection, is an error and not the end.
void forget_inherited_state() {
  ::umask(022);
  ::signal(SIGCHLD, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
}

ExitCode refuse(const Faults& faults, ExitCode code) {
  for (const std::string& fault : faults) say(std::cerr, fault);
  return code;
}

ExitCode run(const CommandLine& line) {
  const Report report{.step = [](const std::string& text) { say(std::cout, text); },
                      .warning = [](const std::string& text) { say(std::cerr, text); }};
  if (line.reads_what_was_written() && ::access(line.config_file().c_str(), R_OK) != 0) {
    const char* const reason =
        errno == EACCES ? " may not be read by the user of this run: run as root"
                        : " is not there: run `seadragon-alerts configure` first, or name the "
                          "folder that it wrote by --output.dir";
    return refuse({line.config_file() + reason}, ExitCode::bad_usage);
  }
  Faults refused;
  const std::optional<Settings> read = read_settings(
      line.config_file(), process_environment, refused,
      line.command() == CommandLine::Command::status ? Password::not_needed : Password::read);
  ::unsetenv("SMTP_PASSWORD");  // it is nothing for the programs that are run
  if (!read) return refuse(refused, ExitCode::bad_usage);
  const Settings& settings = *read;
  const Faults faults = faults_of(settings, refused, line.options());
  if (!faults.empty()) return refuse(faults, ExitCode::bad_usage);
  switch (line.command()) {
    case CommandLine::Command::configure:
    case CommandLine::Command::check: {
      const Faults missing = missing_programs(settings);
      if (!missing.empty()) return refuse(missing, ExitCode::failed);
      (line.options().writes ? configure : check)(settings, line.options(), report);
      return ExitCode::fine;
    }
    case CommandLine::Command::test_mail:
      return send_test_mails(test_mails(settings, line.shows_dialogue()), std::cout)
                 ? ExitCode::fine
                 : ExitCode::failed;
    case CommandLine::Command::status: {
      const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
      const StatusScreen screen = status_screen(read_status(status_sources(settings)), now);
      std::cout << screen.text;
      return screen.is_well ? ExitCode::fine : ExitCode::failed;
    }
  }
  return ExitCode::failed;
}

}  // namespace
}  // namespace seadragon::alerts

int main(int argc, char** argv) {
  using seadragon::alerts::CommandLine;
  using seadragon::alerts::ExitCode;

  const auto parsed = CommandLine::parse(argc, argv);
  if (const auto* const code = std::get_if<ExitCode>(&parsed)) return static_cast<int>(*code);
  seadragon::alerts::forget_inherited_state();
  try {
    const ExitCode code = seadragon::alerts::run(std::get<CommandLine>(parsed));
    if (std::cout.flush()) return static_cast<int>(code);
    throw std::runtime_error("done, but the output could not be written: is its disk full?");
  } catch (const std::exception& failure) {
    std::cerr << "seadragon-alerts: " << failure.what() << '\n';
    return static_cast<int>(ExitCode::failed);
  }
}
