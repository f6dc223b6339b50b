/// The Postfix instance of the spool, as a program that runs or does not.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace seadragon::alerts {

/// Every command names the instance's own configuration: the system's Postfix is never meant.
class SpoolInstance {
 public:
  /// `configuration` has main.cf; `directory` gets queue/ and data/.
  SpoolInstance(std::string configuration, std::string directory)
      : configuration_(std::move(configuration)), directory_(std::move(directory)) {}

  /// Whether the modules of SASL are there that most mail servers ask for (AUTH PLAIN, RFC 4616).
  static bool can_log_in();

  /// Makes what is missing of the folders, and has Postfix check itself. Takes root. Throws
  /// std::runtime_error with what it said.
  void prepare() const;

  /// What can be checked without root: that main.cf and master.cf can be read.
  void check_syntax() const;

  bool runs() const;

  /// Has the running instance read its configuration and the password again, and try every waiting
  /// mail now. Throws std::runtime_error with what Postfix said.
  void reload() const;

  /// The command line that starts it.
  std::string start_command() const;

 private:
  void run(const std::vector<std::string>& command) const;

  std::string configuration_, directory_;
};

}  // namespace seadragon::alerts
