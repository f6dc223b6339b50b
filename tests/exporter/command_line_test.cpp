#include "exporter/command_line.h"

#include <gtest/gtest.h>

#include "exporter/collectors/collectors.h"
#include "exporter/settings.h"
#include "lib/src/version.h"
#include "tests/exporter/program.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

struct Outcome {
  int status;
  std::string output;
};

Outcome run(const std::vector<std::string>& arguments) {
  Program program(arguments);
  const int status = program.wait();
  return {status, program.output()};
}

Config config_of(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "seadragon-exporter");
  const auto parsed = CommandLine::parse(static_cast<int>(arguments.size()), arguments.data());
  return std::get<CommandLine>(parsed).config();
}

TEST(CommandLineTest, GivesTheDefaultsWithoutFlags) { EXPECT_EQ(config_of({}), Config()); }

TEST(CommandLineTest, FlagsOverrideTheFile) {
  const std::string file = "--config.file=tests/exporter/config/everything.good.yml";
  const Config config = config_of({file.c_str(), "--server.preset=llamacpp", "--server.url", "",
                                   "--collector.memory", "--no-collector.cpu"});
  EXPECT_EQ(config.server.preset.name, "llamacpp");
  EXPECT_EQ(config.server.url, "");
  EXPECT_EQ(config.collectors_off, decltype(config.collectors_off)({"cpu"}));
  EXPECT_EQ(config.path.procfs, "/host/proc");
}

TEST(CommandLineTest, TakesASwitchAloneAndWithItsValue) {
  EXPECT_TRUE(config_of({"--web.enable-lifecycle", "--web.systemd-socket"}).web.enable_lifecycle);
  EXPECT_TRUE(config_of({"--cpu.per-cpu=true"}).cpu.per_cpu);
  EXPECT_FALSE(config_of({"--cpu.per-cpu=false"}).cpu.per_cpu);
  EXPECT_THROW(config_of({"--cpu.per-cpu=maybe"}), std::runtime_error);
}

TEST(CommandLineTest, TakesAnEmptyValueInEitherForm) {
  EXPECT_EQ(config_of({"--server.url="}).server.url, "");
  EXPECT_EQ(config_of({"--server.url", ""}).server.url, "");
  EXPECT_THROW(config_of({"--log.level="}), std::runtime_error);
}

TEST(CommandLineTest, TakesSeveralAddresses) {
  EXPECT_EQ(config_of({"--web.listen-address=127.0.0.1:1", "--web.listen-address", "[::1]:2,:3"})
                .web.listen_address,
            "127.0.0.1:1,[::1]:2,:3");
  EXPECT_EQ(config_of({"--disk.mounts=/,/data"}).disk.mounts,
            (std::vector<std::string>{"/", "/data"}));
}

TEST(CommandLineTest, RefusesTheFlagOfOneServerBesideAListOfThem) {
  EXPECT_THROW(config_of({"--config.file=tests/exporter/config/servers.good.yml",
                          "--server.url=http://127.0.0.1:1/metrics"}),
               std::runtime_error);
}

TEST(CommandLineTest, HelpNamesEveryFlagWithItsDefault) {
  const Outcome help = run({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const Setting& setting : settings()) {
    const std::string flag = std::string(setting.flag) + ' ' + std::string(setting.value_name);
    const std::string value = "Default: " + std::string(setting.default_value) + '\n';
    const std::size_t place = help.output.find("  " + flag);
    ASSERT_NE(place, std::string::npos) << flag << " in\n" << help.output;
    if (setting.default_value.empty()) continue;
    EXPECT_NE(help.output.find(value, place), std::string::npos) << value;
  }
  for (const std::string_view name : collector_names()) {
    EXPECT_NE(help.output.find("--no-collector." + std::string(name)), std::string::npos);
  }
  EXPECT_NE(help.output.find("Examples:"), std::string::npos);
}

TEST(CommandLineTest, PrintsTheVersion) {
  const Outcome outcome = run({"--version"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output, "seadragon-exporter " + std::string(monitoring::version) + '\n');
}

TEST(CommandLineTest, PrintsTheMetricsOfTheExporterAlone) {
  const Outcome outcome = run({"--print-metrics"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.output.find("seadragon_host_cpu_seconds_total\tcounter\tmode\tTime the CPUs"),
            std::string::npos);
  EXPECT_NE(outcome.output.find("seadragon_build_info\tgauge\tversion\t"), std::string::npos);
  EXPECT_EQ(outcome.output.find("seadragon_http_"), std::string::npos);
}

TEST(CommandLineTest, ChecksAConfigurationWithoutStarting) {
  const std::string file = "tests/exporter/config/everything.good.yml";
  const Outcome good = run({"--check-config", "--config.file", file});
  EXPECT_EQ(good.status, 0);
  EXPECT_EQ(good.output, file + ": good\n");

  const TemporaryFolder folder;
  folder.write("exporter.yml", "log:\n  levle: info\n");
  const Outcome bad = run({"--check-config", "--config.file", folder.path("exporter.yml")});
  EXPECT_EQ(bad.status, 2);
  EXPECT_EQ(bad.output, "seadragon-exporter: " + folder.path("exporter.yml") +
                            ":2: unknown key \"log.levle\", did you mean \"log.level\"?\n");
}

TEST(CommandLineTest, RefusesAFlagItDoesNotKnow) {
  const Outcome outcome = run({"--colector.cpu"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.output.find("--colector.cpu"), std::string::npos);
}

TEST(CommandLineTest, RefusesACollectorThatIsOnAndOff) {
  EXPECT_EQ(run({"--collector.cpu", "--no-collector.cpu"}).status, 2);
}

TEST(CommandLineTest, RefusesABadValueWithTheNameOfItsFlag) {
  const Outcome outcome = run({"--server.timeout=soon"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.output.find("--server.timeout must be a time"), std::string::npos);
}

}  // namespace
}  // namespace seadragon::exporter
