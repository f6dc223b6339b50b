// Load, pressure and network of the machine.
#include <string>

#include <gtest/gtest.h>

#include "exporter/proc/loadavg.h"
#include "exporter/proc/meminfo.h"
#include "exporter/proc/net_dev.h"
#include "exporter/proc/pressure.h"
#include "exporter/proc/stat.h"
#include "exporter/proc/vmstat.h"

namespace seadragon::exporter {
namespace {

TEST(LoadavgTest, ReadsThreeNumbers) {
  const auto load = parse_loadavg("0.20 1.18 12 1/80 11206\n");
  ASSERT_TRUE(load);
  EXPECT_EQ(load->one_minute, 0.2);
  EXPECT_EQ(load->five_minutes, 1.18);
  EXPECT_EQ(load->fifteen_minutes, 12);
}

TEST(LoadavgTest, RefusesEverythingElse) {
  for (const char* text : {"", "0.2 0.1", "0.2 nan 0.1", "0.2 -1 0.1", "0.2 1e3 0.1", "0,2 1 1",
                           "0.2\n0.1\n0.1\n", "1.2.3 1 1"}) {
    EXPECT_FALSE(parse_loadavg(text)) << text;
  }
}

TEST(PressureTest, ReadsTheTotals) {
  const auto pressure =
      parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 total=7\n");
  ASSERT_TRUE(pressure);
  EXPECT_EQ(pressure->some_microseconds, 12U);
  EXPECT_EQ(pressure->full_microseconds, 7U);
  const auto old_kernel = parse_pressure("some avg10=0.00 total=12\n");
  ASSERT_TRUE(old_kernel);
  EXPECT_EQ(old_kernel->full_microseconds, std::nullopt);
}

TEST(PressureTest, RefusesWhatIsMalformed) {
  for (const char* text : {"", "full total=7\n", "some avg10=0.00\n", "some total=x\n",
                           "some total=1\nfull total=\n"}) {
    EXPECT_FALSE(parse_pressure(text)) << text;
  }
}

TEST(VmstatTest, CountsWhomTheKernelKilled) {
  const auto vmstat = parse_vmstat("nr_free_pages 5\noom_kill 3\nnr_unstable 0\n");
  ASSERT_TRUE(vmstat);
  EXPECT_EQ(vmstat->oom_kills, 3U);
}

TEST(VmstatTest, KnowsKernelsThatDoNotTell) {
  const auto vmstat = parse_vmstat("nr_free_pages 5\n");
  ASSERT_TRUE(vmstat);
  EXPECT_EQ(vmstat->oom_kills, std::nullopt);
}

TEST(VmstatTest, RefusesWhatIsMalformed) {
  for (const char* text : {"", "oom_kill\n", "oom_kill x\n", "oom_kill -1\n", "oom_kill 1 2\n",
                           "oom_kill 18446744073709551616\n"}) {
    EXPECT_FALSE(parse_vmstat(text)) << text;
  }
}

TEST(NetDevTest, ReadsInterfacesWithAnyNames) {
  const std::string text =
      "Inter-| Receive | Transmit\n face |bytes |bytes\n"
      " eth0:1 2 3 4 0 0 0 0 10 20 30 40 0 0 0 0\n"
      "a:b: 18446744073709551615 0 18446744073709551615 1 0 0 0 0 0 0 0 0 0 0 0 0\n";
  const auto interfaces = parse_net_dev(text);
  ASSERT_TRUE(interfaces);
  ASSERT_EQ(interfaces->size(), 2U);
  EXPECT_EQ(interfaces->front().name, "eth0");
  EXPECT_EQ(interfaces->front().received_bytes, 1U);
  EXPECT_EQ(interfaces->front().receive_errors, 7U);
  EXPECT_EQ(interfaces->front().sent_bytes, 10U);
  EXPECT_EQ(interfaces->front().send_errors, 70U);
  EXPECT_EQ(interfaces->back().name, "a:b");
  EXPECT_EQ(interfaces->back().receive_errors, UINT64_MAX);
}

TEST(NetDevTest, RefusesALineThatIsMalformed) {
  for (const char* text : {"eth0: 1 2 3\n", ": 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
                           "eth0: x 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"}) {
    EXPECT_FALSE(parse_net_dev(text)) << text;
  }
}

TEST(SwapTest, IsWholeOrNothing) {
  const auto swap = parse_swap("SwapTotal: 8 kB\nSwapFree: 3 kB\n");
  ASSERT_TRUE(swap);
  EXPECT_EQ(swap->total_bytes, 8192U);
  EXPECT_EQ(swap->free_bytes, 3072U);
  EXPECT_FALSE(parse_swap("SwapTotal: 8 kB\n"));
}

TEST(BootTimeTest, IsTheLineBtime) {
  EXPECT_EQ(parse_boot_time("cpu 1 2\nbtime 1700000000\n"), 1700000000U);
  EXPECT_EQ(parse_boot_time("cpu 1 2\n"), std::nullopt);
  EXPECT_EQ(parse_boot_time("btime soon\n"), std::nullopt);
}

}  // namespace
}  // namespace seadragon::exporter
