#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>
#include <unistd.h>

#include "exporter/collectors/collectors.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

using tests::value_of;

const ProcFiles fixture("tests/fixtures/proc");

std::optional<double> at(const std::string& page, const std::string& name) {
  return value_of('\n' + page, "seadragon_server_process_" + name + "{server=\"llm\"}");
}

TEST(ProcessCollectorTest, ExposesTheOldestProcessOfTheName) {
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const std::string page =
      page_of(*make_process_collector(fixture, {{"llm", {.command = "llama-server"}}}));
  EXPECT_EQ(at(page, "running"), 1);
  EXPECT_EQ(at(page, "cpu_seconds_total"), 300 / ticks);
  EXPECT_EQ(at(page, "threads"), 9);
  EXPECT_EQ(at(page, "virtual_memory_bytes"), 123456789);
  EXPECT_EQ(at(page, "resident_memory_bytes"), 120000 * 1024);
  EXPECT_EQ(at(page, "anonymous_memory_bytes"), 20000 * 1024);
  EXPECT_EQ(at(page, "file_memory_bytes"), 99000 * 1024);
  EXPECT_EQ(at(page, "shared_memory_bytes"), 1000 * 1024);
  EXPECT_EQ(at(page, "open_fds"), 3);
  EXPECT_EQ(at(page, "max_fds"), 1024);
}

TEST(ProcessCollectorTest, SaysThatNoneRunsAndNothingElse) {
  EXPECT_EQ(
      page_of(*make_process_collector(fixture, {{"llm", {.command = "vllm"}}})),
      "# HELP seadragon_server_process_running 1 when the process of the LLM server was found, "
      "otherwise 0.\n"
      "# TYPE seadragon_server_process_running gauge\n"
      "seadragon_server_process_running{server=\"llm\"} 0\n");
}

TEST(ProcessCollectorTest, FollowsAPidFile) {
  const TemporaryFolder folder;
  const auto collector =
      make_process_collector(fixture, {{"llm", {.pid_file = folder.path("pid")}}});
  EXPECT_EQ(at(page_of(*collector), "running"), 0);
  folder.write("pid", "4711\n");
  EXPECT_EQ(at(page_of(*collector), "running"), 1);
  folder.write("pid", "1\n");
  EXPECT_EQ(at(page_of(*collector), "running"), 0);
  folder.write("pid", "none\n");
  EXPECT_THROW(page_of(*collector), std::runtime_error);
}

TEST(ProcessCollectorTest, ReadsARealProcess) {
  const TemporaryFolder folder;
  folder.write("pid", std::to_string(::getpid()));
  const std::string page = page_of(
      *make_process_collector(ProcFiles("/proc"), {{"llm", {.pid_file = folder.path("pid")}}}));
  EXPECT_EQ(at(page, "running"), 1);
  EXPECT_GT(at(page, "resident_memory_bytes"), 1'000'000);
  EXPECT_GE(at(page, "open_fds"), 3);
  const auto start = at(page, "start_time_seconds");
  ASSERT_TRUE(start);
  EXPECT_NEAR(*start, static_cast<double>(::time(nullptr)), 3600);
}

TEST(ProcessCollectorTest, KnowsAnotherProcessByItsStartAlthoughItHasTheSamePid) {
  const TemporaryFolder folder;
  std::filesystem::copy("tests/fixtures/proc/4711", folder.path("4711"),
                        std::filesystem::copy_options::recursive);
  folder.write("stat", "btime 1000\n");
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto collector =
      make_process_collector(ProcFiles(folder.path()), {{"llm", {.command = "llama-server"}}});
  EXPECT_EQ(at(page_of(*collector), "start_time_seconds"), 1000 + 4200 / ticks);
  // The clock is set: the same process has not started again.
  folder.write("stat", "btime 1001\n");
  EXPECT_EQ(at(page_of(*collector), "start_time_seconds"), 1000 + 4200 / ticks);
  folder.write("4711/stat", "4711 (llama) R 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 9000 4096 1 0\n");
  EXPECT_EQ(at(page_of(*collector), "start_time_seconds"), 1001 + 9000 / ticks);
}

TEST(ProcessCollectorTest, LeavesOutWhatItMayNotSeeAndSaysSo) {
  const TemporaryFolder folder;
  std::filesystem::copy("tests/fixtures/proc/4711", folder.path("4711"),
                        std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(folder.path("4711/fd"));
  folder.write("stat", "btime 1000\n");
  const auto collector =
      make_process_collector(ProcFiles(folder.path()), {{"llm", {.command = "llama-server"}}});
  monitoring::Samples samples;
  EXPECT_THROW(collector->collect(samples, patient_scrape()), std::runtime_error);
  EXPECT_EQ(at(samples.text(), "running"), 1);
  EXPECT_EQ(at(samples.text(), "max_fds"), 1024);
  EXPECT_EQ(at(samples.text(), "open_fds"), std::nullopt);
}

TEST(ProcessCollectorTest, DropsEverythingOfAProcessThatHasEnded) {
  const TemporaryFolder folder;
  std::filesystem::copy("tests/fixtures/proc/4711", folder.path("4711"),
                        std::filesystem::copy_options::recursive);
  folder.write("stat", "btime 1000\n");
  const auto collector =
      make_process_collector(ProcFiles(folder.path()), {{"llm", {.command = "llama-server"}}});
  EXPECT_EQ(at(page_of(*collector), "running"), 1);
  std::filesystem::remove_all(folder.path("4711"));
  EXPECT_EQ(at(page_of(*collector), "running"), 0);
  EXPECT_EQ(at(page_of(*collector), "threads"), std::nullopt);
}

}  // namespace
}  // namespace seadragon::exporter
