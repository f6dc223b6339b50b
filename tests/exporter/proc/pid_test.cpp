// What /proc/PID says of a process.
#include <string>

#include <gtest/gtest.h>

#include "exporter/proc/pid_limits.h"
#include "exporter/proc/pid_stat.h"
#include "exporter/proc/pid_status.h"
#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

TEST(PidStatTest, ReadsBehindTheLastParenthesisOfAName) {
  const std::string text = read_file("tests/fixtures/proc/4711/stat");
  const auto stat = parse_pid_stat(text);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->command, "llama (1) ser");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 1U);
  EXPECT_EQ(stat->user_ticks, 250U);
  EXPECT_EQ(stat->system_ticks, 50U);
  EXPECT_EQ(stat->threads, 9U);
  EXPECT_EQ(stat->start_ticks, 4200U);
  EXPECT_EQ(stat->virtual_bytes, 123456789U);
}

TEST(PidStatTest, RefusesWhatIsCutOff) {
  const std::string text = read_file("tests/fixtures/proc/4711/stat");
  const std::size_t enough = text.find("123456789") + 9;
  for (std::size_t size = 0; size < enough - 9; ++size) {
    EXPECT_FALSE(parse_pid_stat(text.substr(0, size))) << size;
  }
  EXPECT_TRUE(parse_pid_stat(text.substr(0, enough)));
  for (const char* odd : {"1 )x( S 1", "1 (x) SS 1", "1 (x)", ")("}) {
    EXPECT_FALSE(parse_pid_stat(odd)) << odd;
  }
}

TEST(PidStatusTest, ReadsWhatIsInMemory) {
  const auto memory = parse_pid_status(read_file("tests/fixtures/proc/4711/status"));
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->resident, 120000U * 1024);
  EXPECT_EQ(memory->anonymous + memory->file + memory->shared, memory->resident);
}

TEST(PidStatusTest, RefusesAProcessWithoutMemory) {
  EXPECT_FALSE(parse_pid_status("Name:\tkthreadd\nState:\tS (sleeping)\n"));
  EXPECT_FALSE(parse_pid_status("VmRSS: 1 kB\nRssAnon: 1 kB\nRssFile: x kB\nRssShmem: 0 kB\n"));
}

TEST(PidLimitsTest, ReadsTheSoftLimitOfOpenFiles) {
  EXPECT_EQ(parse_open_files_limit(read_file("tests/fixtures/proc/4711/limits")), 1024U);
  EXPECT_EQ(parse_open_files_limit("Max open files            unlimited   unlimited  files\n"),
            std::nullopt);
  EXPECT_EQ(parse_open_files_limit("Max processes 5\n"), std::nullopt);
}

}  // namespace
}  // namespace seadragon::exporter
