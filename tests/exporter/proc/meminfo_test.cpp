#include "exporter/proc/meminfo.h"

#include <gtest/gtest.h>

#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

TEST(MeminfoTest, ReadsARealMachineInBytes) {
  const auto memory = parse_meminfo(read_file("tests/fixtures/proc/meminfo"));
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total_bytes, 24684096 * 1024ULL);
  EXPECT_EQ(memory->available_bytes, 23644136 * 1024ULL);
}

TEST(MeminfoTest, EstimatesWhatIsAvailableOnAnOldKernel) {
  const auto memory = parse_meminfo(read_file("tests/fixtures/proc_old_kernel/meminfo"));
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->available_bytes, (23245400 + 5668 + 532400 + 181164) * 1024ULL);
}

TEST(MeminfoTest, NeverHasMoreAvailableThanThereIs) {
  const auto memory = parse_meminfo(read_file("tests/fixtures/proc_container/meminfo"));
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->available_bytes, 2097152 * 1024ULL);
}

TEST(MeminfoTest, IgnoresWhatIsMalformedButNotNeeded) {
  EXPECT_TRUE(parse_meminfo("Zswap: lots\nMemTotal: 8 kB\n\nMemAvailable: 4 kB\n:\n"));
}

class MalformedMeminfoTest : public testing::TestWithParam<std::string_view> {};

TEST_P(MalformedMeminfoTest, IsRefused) { EXPECT_FALSE(parse_meminfo(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    Texts, MalformedMeminfoTest,
    testing::Values("", "MemTotal: 8 kB\n", "MemAvailable: 4 kB\n",
                    "MemTotal: 8 kB\nMemAvailable: 4\n", "MemTotal: 8 MB\nMemAvailable: 4 kB\n",
                    "MemTotal: -8 kB\nMemAvailable: 4 kB\n",
                    "MemTotal: 18014398509481984 kB\nMemAvailable: 4 kB\n",
                    "MemTotal: 8 kB\nMemAvailable: x kB\nMemFree: 1 kB\nBuffers: 1 kB\n"
                    "Cached: 1 kB\nSlab: 1 kB\n",
                    "MemTotal: 8 kB\nMemFree: 1 kB\nBuffers: 1 kB\nCached: 1 kB\n"));

}  // namespace
}  // namespace seadragon::exporter
