#include "lib/src/read_file.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"

namespace seadragon::monitoring::detail {
namespace {

std::string failure_of(const std::string& path) {
  try {
    read_file(path);
  } catch (const std::runtime_error& failure) {
    return failure.what();
  }
  return "none";
}

TEST(ReadFileTest, ReturnsTheWholeText) {
  const TemporaryFolder folder;
  const std::string text(100'000, 'x');
  folder.write("long", text);
  EXPECT_EQ(read_file(folder.path("long")), text);
}

TEST(ReadFileTest, NamesTheFileAndTheReason) {
  const TemporaryFolder folder;
  EXPECT_EQ(failure_of(folder.path("none")), folder.path("none") + ": No such file or directory");
  EXPECT_EQ(failure_of(folder.path()), folder.path() + ": Is a directory");
}

TEST(ReadFileTest, RefusesAFileWithoutEnd) {
  EXPECT_EQ(failure_of("/dev/zero"), "/dev/zero: File too large");
}

}  // namespace
}  // namespace seadragon::monitoring::detail
