/// What the program was asked to do.
#pragma once

#include <string>
#include <variant>

#include "alertmanager/configure/configure.h"
#include "alertmanager/configure/exit_code.h"

namespace seadragon::alerts {

class CommandLine {
 public:
  enum class Command { configure, check, test_mail, status };

  /// Prints help, version or what is wrong with the arguments itself; then only the exit code is
  /// left to be used.
  static std::variant<CommandLine, ExitCode> parse(int argc, const char* const* argv);

  Command command() const { return command_; }

  /// Where the settings are. Of configure and check empty when there are only those of the
  /// environment; of the others what configure wrote, unless another one was named.
  std::string config_file() const;

  /// Whether that file is one that configure wrote.
  bool reads_what_was_written() const;

  const ConfigureOptions& options() const { return options_; }

  /// Whether test-mail shows all that was said between it and the mail server.
  bool shows_dialogue() const { return shows_dialogue_; }

 private:
  Command command_ = Command::configure;
  std::string config_file_;
  ConfigureOptions options_;
  bool shows_dialogue_ = false;
};

}  // namespace seadragon::alerts
