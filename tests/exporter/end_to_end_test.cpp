#include <csignal>
#include <cstdlib>
#include <regex>

#include <gtest/gtest.h>

#include "exporter/http_client.h"
#include "lib/src/read_file.h"
#include "tests/exporter/program.h"
#include "tests/exporter/servers.h"
#include "tests/golden_file.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

using tests::value_of;

using std::chrono::milliseconds;
using std::chrono::steady_clock;

const std::string fixture_proc = "--path.procfs=tests/fixtures/proc";
const std::string named = "--server.name=llm";
const std::string any_port = "--web.listen-address=127.0.0.1:0";

std::string get(const std::string& url) {
  return HttpClient().get(url, {.time = std::chrono::seconds(10), .body_bytes = 1 << 20}, {});
}

/// What differs from run to run is written as 0.
std::string normalised(const std::string& page) {
  static const std::regex duration("(\nseadragon_exporter_collector_duration_seconds[^ ]*) .*");
  static const std::regex disk("(\nseadragon_host_disk[^ ]*) .*");
  static const std::regex version("version=\"[^\"]*\"");
  const std::string timeless = std::regex_replace(page, duration, "$1 0");
  return std::regex_replace(std::regex_replace(timeless, disk, "$1 0"), version, "version=\"0\"");
}

TEST(EndToEndTest, ServesThePageOfTheGoldenFile) {
  const PageServer server(read_file("tests/fixtures/pages/seadragon.prom"));
  // Not the GPUs of the machine that happens to run this.
  Program exporter({any_port, fixture_proc, "--path.sysfs=tests/fixtures/sys", "--no-collector.gpu",
                    "--process.command=llama-server", "--server.url=" + server.url(), named,
                    "--web.disable-exporter-metrics"});
  const std::string page = get(exporter.url());

  EXPECT_TRUE(tests::matches_golden("tests/golden/exporter.prom", normalised(page)));

  const TemporaryFolder folder;
  folder.write("page", page);
  EXPECT_EQ(std::system(("promtool check metrics < " + folder.path("page")).c_str()), 0);

  exporter.signal(SIGTERM);
  EXPECT_EQ(exporter.wait(), 0);
  EXPECT_FALSE(HasFailure()) << "the exporter wrote:\n" << exporter.output();
}

TEST(EndToEndTest, ServesTheMachineWhenTheServerHangs) {
  const SilentServer server;
  Program exporter(
      {any_port, fixture_proc, "--server.url=" + server.url(), named, "--server.timeout=50ms"});
  const std::string url = exporter.url();
  const std::string page = get(url);
  EXPECT_EQ(value_of(page, "seadragon_server_up{server=\"llm\"}"), 0);
  EXPECT_EQ(value_of(page, "seadragon_exporter_collector_success{collector=\"server\"}"), 0);
  EXPECT_EQ(value_of(page, "seadragon_host_cpu_seconds_total{mode=\"user\"}"), 357.25);
  EXPECT_EQ(page.find("seadragon_server_queue_length"), std::string::npos);

  get(url);
  exporter.signal(SIGTERM);
  EXPECT_EQ(exporter.wait(), 0);
  const std::string& log = exporter.output();
  const std::size_t line = log.find("collector server fails");
  EXPECT_NE(line, std::string::npos) << log;
  EXPECT_EQ(log.find("collector server fails", line + 1), std::string::npos) << log;
}

TEST(EndToEndTest, StopsWithinASecondEvenInTheMiddleOfAScrape) {
  const SilentServer server;
  Program exporter({any_port, fixture_proc, "--server.url=" + server.url()});
  const std::string url = exporter.url();
  HttpClient scraper;
  EXPECT_THROW(scraper.get(url, {.time = milliseconds(100), .body_bytes = 1}, {}),
               std::runtime_error);
  const auto start = steady_clock::now();
  exporter.signal(SIGINT);
  EXPECT_EQ(exporter.wait(), 0);
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(EndToEndTest, ReadsItsFileAgainWhenToldToAndKeepsTheOldOneWhenItIsBad) {
  const TemporaryFolder folder;
  folder.write("exporter.yml", "server: {url: ''}\n");
  Program exporter({any_port, fixture_proc, "--config.file=" + folder.path("exporter.yml")});
  const std::string url = exporter.url();
  exporter.wait_for(
      "collectors: cpu, memory, load, pressure, disk, network, cgroup, gpu, exporter\n");

  folder.write("exporter.yml", "server: {url: ''}\ncollectors: {cpu: no}\n");
  exporter.signal(SIGHUP);
  exporter.wait_for("configuration unchanged");
  exporter.wait_for("exporter.yml:2: collectors.cpu must be true or false");
  EXPECT_EQ(value_of(get(url), "seadragon_exporter_collector_success{collector=\"cpu\"}"), 1);

  folder.write("exporter.yml", "server: {url: ''}\ncollectors: {cpu: false}\n");
  exporter.signal(SIGHUP);
  exporter.wait_for("collectors: memory, load, pressure, disk, network, cgroup, gpu, exporter\n");
  EXPECT_EQ(get(url).find("collector=\"cpu\""), std::string::npos);
}

TEST(EndToEndTest, MovesToANewAddressOnlyWhenItIsFree) {
  const TemporaryFolder folder;
  folder.write("exporter.yml", "web: {listen_address: '127.0.0.1:0'}\n");
  Program exporter({fixture_proc, "--config.file=" + folder.path("exporter.yml")});
  const std::string url = exporter.url();

  const SilentServer other;
  const std::string taken = other.url().substr(7, other.url().rfind('/') - 7);
  folder.write("exporter.yml", "web: {listen_address: '" + taken + "'}\n");
  exporter.signal(SIGHUP);
  exporter.wait_for("configuration unchanged");
  EXPECT_FALSE(get(url).empty());

  folder.write("exporter.yml", "web: {listen_address: 'localhost:0'}\n");
  exporter.signal(SIGHUP);
  exporter.wait_for(" serves ");
  const std::string moved = exporter.url();
  EXPECT_NE(moved, url);
  EXPECT_FALSE(get(moved).empty());
}

TEST(EndToEndTest, FailsWithTheAddressThatIsTaken) {
  const SilentServer other;
  const std::string taken = other.url().substr(7, other.url().rfind('/') - 7);
  Program exporter({"--web.listen-address=" + taken});
  EXPECT_EQ(exporter.wait(), 1);
  EXPECT_NE(exporter.output().find(taken), std::string::npos) << exporter.output();
}

}  // namespace
}  // namespace seadragon::exporter
