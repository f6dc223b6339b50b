#include <stdexcept>

#include <gtest/gtest.h>

#include "exporter/collectors/collectors.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

TEST(MemoryCollectorTest, ExposesTotalAndAvailable) {
  const auto collector = make_memory_collector(ProcFiles("tests/fixtures/proc_container"));
  EXPECT_EQ(page_of(*collector),
            "# HELP seadragon_host_memory_total_bytes Memory of the machine.\n"
            "# TYPE seadragon_host_memory_total_bytes gauge\n"
            "seadragon_host_memory_total_bytes 2147483648\n"
            "# HELP seadragon_host_memory_available_bytes Memory that can be had without swapping, "
            "as the kernel estimates it.\n"
            "# TYPE seadragon_host_memory_available_bytes gauge\n"
            "seadragon_host_memory_available_bytes 2147483648\n"
            "# HELP seadragon_host_memory_swap_total_bytes Swap space; 0 without any.\n"
            "# TYPE seadragon_host_memory_swap_total_bytes gauge\n"
            "seadragon_host_memory_swap_total_bytes 0\n"
            "# HELP seadragon_host_memory_swap_free_bytes Swap space that is not in use.\n"
            "# TYPE seadragon_host_memory_swap_free_bytes gauge\n"
            "seadragon_host_memory_swap_free_bytes 0\n");
}

TEST(MemoryCollectorTest, ThrowsWhenTheFileIsMissingOrMalformed) {
  const TemporaryFolder folder;
  const auto collector = make_memory_collector(ProcFiles(folder.path()));
  EXPECT_THROW(page_of(*collector), std::runtime_error);
  folder.write("meminfo", "MemTotal: much");
  EXPECT_THROW(page_of(*collector), std::runtime_error);
}

TEST(MemoryCollectorTest, CountsWhomTheKernelKilledWhereItTells) {
  const TemporaryFolder folder;
  folder.write("meminfo", "MemTotal: 2 kB\nMemAvailable: 1 kB\n");
  const auto collector = make_memory_collector(ProcFiles(folder.path()));
  EXPECT_EQ(tests::value_of(page_of(*collector), "seadragon_host_oom_kills_total"), std::nullopt);
  folder.write("vmstat", "nr_free_pages 5\n");
  EXPECT_EQ(tests::value_of(page_of(*collector), "seadragon_host_oom_kills_total"), std::nullopt);
  folder.write("vmstat", "nr_free_pages 5\noom_kill 3\n");
  EXPECT_EQ(tests::value_of(page_of(*collector), "seadragon_host_oom_kills_total"), 3);
  folder.write("vmstat", "oom_kill many\n");
  EXPECT_THROW(page_of(*collector), std::runtime_error);
}

}  // namespace
}  // namespace seadragon::exporter
