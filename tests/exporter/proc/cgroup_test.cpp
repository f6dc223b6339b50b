#include "exporter/proc/cgroup.h"

#include <gtest/gtest.h>

namespace seadragon::exporter {
namespace {

TEST(CgroupTest, ReadsMembershipsOfBothVersions) {
  const auto memberships = parse_cgroup("11:cpu,cpuacct:/a:b\n0::/user.slice\n");
  ASSERT_TRUE(memberships);
  ASSERT_EQ(memberships->size(), 2U);
  EXPECT_EQ(memberships->front().controllers, "cpu,cpuacct");
  EXPECT_EQ(memberships->front().path, "/a:b");
  EXPECT_EQ(memberships->back().controllers, "");
  EXPECT_EQ(memberships->back().path, "/user.slice");
}

TEST(CgroupTest, RefusesAMalformedMembership) {
  for (const char* text : {"11", "11:cpu", "x:cpu:/a\n", "11:cpu:a\n", "\n"}) {
    EXPECT_FALSE(parse_cgroup(text)) << text;
  }
}

TEST(CgroupTest, FindsMountsWithTheirOptionalFields) {
  const auto mounts = parse_cgroup_mounts(
      "1 2 8:1 / / rw - ext4 /dev/sda rw\n"
      "3 4 0:1 /docker/x /sys/fs/cgroup/a\\040b ro shared:1 master:2 - cgroup cgroup "
      "rw,cpu,cpuacct\n"
      "5 6 0:2 / /sys/fs/cgroup/unified rw - cgroup2 none rw,nsdelegate\n"
      "torn\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].root, "/docker/x");
  EXPECT_EQ(mounts[0].mount_point, "/sys/fs/cgroup/a b");
  EXPECT_FALSE(mounts[0].is_unified);
  EXPECT_TRUE(is_listed(mounts[0].controllers, "cpuacct"));
  EXPECT_FALSE(is_listed(mounts[0].controllers, "cpua"));
  EXPECT_TRUE(mounts[1].is_unified);
}

TEST(CgroupTest, FindsTheDirectoryWithinWhatIsMounted) {
  const CgroupMount whole = {"/", "/sys/fs/cgroup", true, ""};
  EXPECT_EQ(cgroup_directory(whole, "/"), "/sys/fs/cgroup");
  EXPECT_EQ(cgroup_directory(whole, "/a/b"), "/sys/fs/cgroup/a/b");
  EXPECT_EQ(cgroup_directory(whole, "/../elsewhere"), "/sys/fs/cgroup");
  const CgroupMount part = {"/docker/x", "/sys/fs/cgroup", true, ""};
  EXPECT_EQ(cgroup_directory(part, "/docker/x"), "/sys/fs/cgroup");
  EXPECT_EQ(cgroup_directory(part, "/docker/x/worker"), "/sys/fs/cgroup/worker");
  EXPECT_EQ(cgroup_directory(part, "/docker/xy"), "/sys/fs/cgroup");
}

TEST(CgroupTest, KnowsEveryWayToWriteNoLimit) {
  EXPECT_EQ(parse_cgroup_limit("1048576\n"), 1048576U);
  for (const char* none :
       {"max\n", "-1\n", "9223372036854771712\n", "18446744073709551615\n", ""}) {
    EXPECT_EQ(parse_cgroup_limit(none), std::nullopt) << none;
  }
  EXPECT_EQ(parse_cpu_max("150000 100000\n"), 1.5);
  for (const char* none : {"max 100000\n", "150000\n", "150000 0\n", ""}) {
    EXPECT_EQ(parse_cpu_max(none), std::nullopt) << none;
  }
}

TEST(CgroupTest, FindsNumbersByTheWholeKey) {
  EXPECT_EQ(find_cgroup_number("oom 2\noom_kill 3\n", "oom_kill"), 3U);
  EXPECT_EQ(find_cgroup_number("oom_kill_disable 1\n", "oom_kill"), std::nullopt);
  EXPECT_EQ(find_cgroup_number("oom_kill x\n", "oom_kill"), std::nullopt);
}

}  // namespace
}  // namespace seadragon::exporter
