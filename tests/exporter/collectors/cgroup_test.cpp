#include <gtest/gtest.h>

#include "exporter/collectors/collectors.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"

namespace seadragon::exporter {
namespace {

using tests::value_of;

std::string page(const std::string& proc, const std::string& sys) {
  const auto collector =
      make_cgroup_collector(ProcFiles("tests/fixtures/" + proc), "tests/fixtures/" + sys);
  return '\n' + page_of(*collector);
}

std::optional<double> at(const std::string& page, const std::string& name) {
  return value_of(page, "seadragon_host_cgroup_" + name);
}

TEST(CgroupCollectorTest, ReadsVersion2WithTheLeastLimitOfAllAbove) {
  const std::string v2 = page("proc", "sys");
  EXPECT_EQ(at(v2, "cpu_limit_cores"), 1.5);  // of the slice
  EXPECT_EQ(at(v2, "cpu_seconds_total"), 12.5);
  EXPECT_EQ(at(v2, "cpu_throttled_seconds_total"), 0.9);
  EXPECT_EQ(at(v2, "memory_limit_bytes"), 8589934592);
  EXPECT_EQ(at(v2, "memory_usage_bytes"), 6442450944);
  EXPECT_EQ(at(v2, "memory_inactive_file_bytes"), 3221225472);
  EXPECT_EQ(at(v2, "oom_kills_total"), 1);
}

TEST(CgroupCollectorTest, ReadsVersion1AsAContainerSeesIt) {
  const std::string v1 = page("proc_cgroup_v1", "sys_cgroup_v1");
  EXPECT_EQ(at(v1, "cpu_limit_cores"), 0.5);
  EXPECT_EQ(at(v1, "cpu_seconds_total"), 7.25);
  EXPECT_EQ(at(v1, "cpu_throttled_seconds_total"), 3.5);
  EXPECT_EQ(at(v1, "memory_limit_bytes"), 536870912);
  EXPECT_EQ(at(v1, "memory_usage_bytes"), 268435456);
  EXPECT_EQ(at(v1, "memory_inactive_file_bytes"), 134217728);
  EXPECT_EQ(at(v1, "oom_kills_total"), 3);
}

TEST(CgroupCollectorTest, TakesVersion1WhereVersion2HasNoController) {
  const std::string hybrid = page("proc_cgroup_hybrid", "sys_cgroup_hybrid");
  EXPECT_EQ(at(hybrid, "memory_usage_bytes"), 1048576);
}

TEST(CgroupCollectorTest, LeavesOutLimitsThatAreNone) {
  const std::string hybrid = page("proc_cgroup_hybrid", "sys_cgroup_hybrid");
  EXPECT_EQ(at(hybrid, "memory_limit_bytes"), std::nullopt);
  EXPECT_EQ(at(hybrid, "cpu_limit_cores"), std::nullopt);
}

TEST(CgroupCollectorTest, AddsNothingWithoutControlGroups) {
  EXPECT_EQ(page("proc_old_kernel", "sys"), "\n");
}

}  // namespace
}  // namespace seadragon::exporter
