#include "exporter/proc/stat.h"

#include <gtest/gtest.h>

#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

TEST(StatTest, ReadsTheEightModesOfARealMachine) {
  const auto ticks = parse_stat(read_file("tests/fixtures/proc/stat"));
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->user, 35725U);
  EXPECT_EQ(ticks->nice, 0U);
  EXPECT_EQ(ticks->system, 10040U);
  EXPECT_EQ(ticks->idle, 307384U);
  EXPECT_EQ(ticks->iowait, 2041U);
  EXPECT_EQ(ticks->irq, 0U);
  EXPECT_EQ(ticks->softirq, 223U);
  EXPECT_EQ(ticks->steal, 605U);
}

TEST(StatTest, ReadsAnOldKernelWithoutGuestNice) {
  const auto ticks = parse_stat(read_file("tests/fixtures/proc_old_kernel/stat"));
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->user, 7203341U);
  EXPECT_EQ(ticks->steal, 0U);
}

TEST(StatTest, CountsGuestTimeOnlyOnce) {
  const auto ticks = parse_stat("cpu  1000 500 0 0 0 0 0 0 900 400\n");
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->user, 1000U);
  EXPECT_EQ(ticks->nice, 500U);
}

TEST(StatTest, IsNotMisledByTheLineOfASingleCpu) {
  const auto ticks = parse_stat("cpu0 1 1 1 1 1 1 1 1 0 0\ncpu  2 2 2 2 2 2 2 2 0 0\n");
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->idle, 2U);
}

class MalformedStatTest : public testing::TestWithParam<std::string_view> {};

TEST_P(MalformedStatTest, IsRefused) { EXPECT_FALSE(parse_stat(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Texts, MalformedStatTest,
                         testing::Values("", "\n\n", "cpu", "cpu 1 2 3 4 5 6 7\n",
                                         "cpu0 1 2 3 4 5 6 7 8 9 10\n",
                                         "cpu 1 2 3 four 5 6 7 8 9 10\n",
                                         "cpu 1 2 3 -4 5 6 7 8 9 10\n"));

TEST(StatTest, ReadsEachCpuThatIsOn) {
  const auto cpus =
      parse_stat_per_cpu("cpu 3 0 0 0 0 0 0 0\ncpu0 1 0 0 0 0 0 0 0\ncpu7 2 0 0 0 0 0 0 0\n");
  ASSERT_TRUE(cpus);
  ASSERT_EQ(cpus->size(), 2U);
  EXPECT_EQ((*cpus)[1].first, 7U);
  EXPECT_EQ((*cpus)[1].second.user, 2U);
  EXPECT_FALSE(parse_stat_per_cpu("cpu0 1 0 0\n"));
  EXPECT_FALSE(parse_stat_per_cpu("cpux 1 0 0 0 0 0 0 0\n"));
}

}  // namespace
}  // namespace seadragon::exporter
