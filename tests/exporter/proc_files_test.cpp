#include "exporter/proc_files.h"

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

TEST(ProcFilesTest, ReadsBelowItsRoot) {
  const TemporaryFolder folder;
  folder.write("stat", "cpu");
  const ProcFiles proc(folder.path());
  EXPECT_EQ(proc.read("stat"), "cpu");
  EXPECT_EQ(proc.path("stat"), folder.path() + "/stat");
}

}  // namespace
}  // namespace seadragon::exporter
