#include "alertmanager/configure/command_line.h"

#include <CLI/CLI.hpp>

#include "lib/src/version.h"

namespace seadragon::alerts {
namespace {

constexpr const char* description =
    "Sets up the alert mails of an LLM server: rules for Prometheus, routes and mails for "
    "Alertmanager.";

constexpr const char* examples =
    R"(Settings are read from the file, and over them from the environment:
  SMTP_SERVER       the mail server (smtp.gmail.com)
  SMTP_PORT         its port (587); 465 is encrypted from the first byte, all others by STARTTLS
  SMTP_USERNAME     the login, and the address that mails come from
  SMTP_PASSWORD     its password
  ALERT_RECIPIENTS  who gets the mails: addresses, separated by commas

Examples:
  SMTP_USERNAME=llm@example.org SMTP_PASSWORD=... ALERT_RECIPIENTS=ops@example.org \
      seadragon-alerts configure
  seadragon-alerts test-mail
      Writes all files, has running programs take them, and sends everybody a test mail.
  seadragon-alerts check --config.file=alerting.yml
      Says what is wrong with settings, without changing anything.

Exit status: 0 fine, 1 failed (nothing is changed then), 2 bad usage or settings.)";

void add_places(CLI::App& command, std::string& config_file, std::string& output_folder) {
  command.add_option("--config.file", config_file, "Settings in YAML.")->type_name("FILE");
  command
      .add_option("--output.dir", output_folder,
                  "Where the files are written to. Default: " + output_folder)
      ->type_name("DIR");
}

}  // namespace

std::variant<CommandLine, ExitCode> CommandLine::parse(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app(description, "seadragon-alerts");
  app.footer(examples);
  app.set_help_flag("-h,--help", "Print this and exit.");
  app.set_help_all_flag("--help-all", "Print this for all commands and exit.");
  app.set_version_flag("--version", "seadragon-alerts " + std::string(monitoring::version),
                       "Print the version and exit.");
  app.require_subcommand(1);

  const auto add = [&](const char* name, Command command, const char* help) {
    CLI::App* const added = app.add_subcommand(name, help);
    added->callback([&line, command] {
      line.command_ = command;
      line.options_.writes = command == Command::configure;
      line.options_.has_config_file = !line.config_file_.empty();
      if (command == Command::status) line.options_.allow_no_mail = true;
    });
    add_places(*added, line.config_file_, line.options_.output_folder);
    return added;
  };
  const auto add_no_mail = [&](CLI::App& command) {
    command.add_flag("--allow-no-mail", line.options_.allow_no_mail,
                     "Without login or recipients, go on: alerts then show on pages only.");
  };
  CLI::App* const configure =
      add("configure", Command::configure,
          "Write the files, all or none, and have running programs take them.");
  add_no_mail(*configure);
  configure->add_flag_callback(
      "--no-reload", [&line] { line.options_.reload = false; },
      "Write the files only; tell running programs nothing.");
  add_no_mail(*add("check", Command::check,
                   "Check the settings and all that would be written, without root; where this "
                   "machine lacks the user of alertmanager.user, that is a warning."));
  add("test-mail", Command::test_mail,
      "Send one test mail per recipient and show what the mail server said.")
      ->add_flag("--verbose", line.shows_dialogue_, "Show the whole dialogue.");
  add("status", Command::status, "Show what fires, what is silenced and what mails wait.");

  try {
    app.parse(argc, argv);
    return line;
  } catch (const CLI::ParseError& outcome) {
    return app.exit(outcome) == 0 ? ExitCode::fine : ExitCode::bad_usage;
  }
}

bool CommandLine::reads_what_was_written() const {
  return config_file_.empty() && (command_ == Command::test_mail || command_ == Command::status);
}

std::string CommandLine::config_file() const {
  if (!reads_what_was_written()) return config_file_;
  return options_.output_folder + "/alerting.yml";
}

}  // namespace seadragon::alerts
