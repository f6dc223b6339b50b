/// What the program was asked to do.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "exporter/config.h"

namespace seadragon::exporter {

enum class ExitCode { fine = 0, failed = 1, bad_usage = 2 };

class CommandLine {
 public:
  enum class Action { serve, check_config, print_metrics };

  /// Prints help, version or what is wrong with the arguments itself; then only the exit code is
  /// left to be used.
  static std::variant<CommandLine, ExitCode> parse(int argc, const char* const* argv);

  Action action() const { return action_; }

  /// Empty when none was given.
  const std::string& config_file() const { return config_file_; }

  /// The file as it is now, if there is one, then the flags. Throws std::runtime_error that names
  /// the place in the file or the flag.
  Config config() const;

 private:
  struct Flag {
    std::string name;
    void (*assign)(Config&, std::string_view);
    std::string value;
  };
  struct Switch {
    std::string_view collector;
    std::string_view value;
  };

  Action action_ = Action::serve;
  std::string config_file_;
  std::vector<Flag> flags_;
  std::vector<Switch> switches_;
};

}  // namespace seadragon::exporter
