#include "exporter/command_line.h"

#include <memory>
#include <stdexcept>

#include <CLI/CLI.hpp>

#include "exporter/collectors/collectors.h"
#include "exporter/settings.h"
#include "lib/src/in_quotes.h"
#include "lib/src/version.h"

namespace seadragon::exporter {
namespace {

constexpr const char* description =
    "Watches the machine an LLM server runs on, and the server's queue, for Prometheus.";

constexpr const char* examples = R"(Examples:
  seadragon-exporter
      Serves http://127.0.0.1:10301/metrics and reads a server that links the library.
  seadragon-exporter --server.preset=vllm --server.url=http://127.0.0.1:8000/metrics
      Reads a vLLM server that knows nothing of Seadragon.
  seadragon-exporter --config.file=exporter.yml --check-config
      Says what is wrong with a configuration, without starting.

Flags override the file. SIGHUP reads the file again; a bad one changes nothing.
Exit status: 0 fine, 1 failed, 2 bad usage or configuration.)";

std::string help_of(const Setting& setting) {
  std::string help(setting.help);
  if (!setting.default_value.empty()) help.append(" Default: ").append(setting.default_value);
  return help;
}

/// CLI11's own puts defaults into the name of an option and repeats which ones exclude each other.
class HelpFormat : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_name().empty() ? "" : ' ' + option->get_type_name();
  }
};

}  // namespace

std::variant<CommandLine, ExitCode> CommandLine::parse(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app(description, "seadragon-exporter");
  app.formatter(std::make_shared<HelpFormat>());
  app.footer(examples);
  app.set_help_flag("-h,--help", "Print this and exit.");
  app.set_version_flag("--version", "seadragon-exporter " + std::string(monitoring::version),
                       "Print the version and exit.");
  app.add_option("--config.file", line.config_file_, "A configuration in YAML.")->type_name("FILE");
  for (const Setting& setting : settings()) {
    CLI::Option* const option = app.add_option_function<std::string>(
        std::string(setting.flag),
        [&line, &setting](const std::string& value) {
          line.flags_.push_back({std::string(setting.flag), setting.assign, value});
        },
        help_of(setting));
    option->type_name(std::string(setting.value_name))
        ->delimiter(',')
        ->multi_option_policy(CLI::MultiOptionPolicy::Join);
    // What a flag without a value means; `--server.url=` is one too.
    option->expected(0, 1)->default_str(setting.value_name == "BOOL" ? "true" : "");
  }
  for (const std::string_view name : collector_names()) {
    const std::string text(name);
    const auto flag = [&](const std::string& option, std::string_view value,
                          const std::string& help) {
      return app.add_flag_callback(
          option,
          [&line, name, value] {
            line.switches_.push_back({name, value});
          },
          help);
    };
    CLI::Option* const on = flag("--collector." + text, "true", "Collect " + text + " (default).");
    CLI::Option* const off =
        flag("--no-collector." + text, "false", "Do not collect " + text + ".");
    on->excludes(off);
  }
  CLI::Option* const check = app.add_flag_callback(
      "--check-config", [&line] { line.action_ = Action::check_config; },
      "Check the configuration and the flags, print the result and exit.");
  app.add_flag_callback(
         "--print-metrics", [&line] { line.action_ = Action::print_metrics; },
         "Print name, type, labels and meaning of every metric and exit.")
      ->excludes(check);

  try {
    app.parse(argc, argv);
    return line;
  } catch (const CLI::ParseError& outcome) {
    return app.exit(outcome) == 0 ? ExitCode::fine : ExitCode::bad_usage;
  }
}

Config CommandLine::config() const {
  Config config = config_file_.empty() ? Config() : read_config(config_file_);
  for (const Flag& flag : flags_) {
    try {
      flag.assign(config, flag.value);
    } catch (const SecretRefused& refusal) {
      throw std::runtime_error(flag.name + ' ' + refusal.what());
    } catch (const std::invalid_argument& refusal) {
      throw std::runtime_error(flag.name + ' ' + refusal.what() + ", not " +
                               monitoring::detail::in_quotes(flag.value));
    }
  }
  for (const Switch& flag : switches_) assign_collector(config, flag.collector, flag.value);
  return config;
}

}  // namespace seadragon::exporter
