#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/alertmanager/configure/exchanged_folder_fixture.h"
#include "tests/alertmanager/configure/failing_disk.h"

namespace seadragon::alerts {
namespace {

namespace fs = std::filesystem;
using tests::FailingDisk;

class ExchangeFailureTest : public ExchangedFolderTest {};

/// A file system that cannot exchange (renameat2(2)).
constexpr int cannot = EINVAL;

TEST_F(ExchangeFailureTest, IsExchangedWhereOnlyRenamesAreKnown) {
  fill("1");
  const auto before = files_of(parent.path());
  {
    ExchangedFolder folder = open(path);
    folder.write(content("2"));
    const FailingDisk disk({.renameat2 = {cannot, cannot}});
    folder.exchange();
    EXPECT_EQ(files_of(path)["a"], "2");
    folder.undo();
  }
  EXPECT_EQ(files_of(parent.path()), before);
}

/// The message of what `act` throws.
template <class Act>
std::string refusal_of(const Act& act) {
  try {
    act();
  } catch (const std::runtime_error& refusal) {
    return refusal.what();
  }
  return "nothing was refused";
}

TEST_F(ExchangeFailureTest, IsAsBeforeWhereverAnExchangeFails) {
  fill("1");
  const auto before = files_of(parent.path());
  using Calls = FailingDisk::Calls;
  for (const Calls& calls : {Calls{.fsync = {EIO}}, Calls{.renameat2 = {EIO}},
                             Calls{.fsync = {EIO}, .renameat2 = {cannot, cannot}},
                             Calls{.rename = {EIO}, .renameat2 = {cannot}},
                             Calls{.rename = {0, EIO}, .renameat2 = {cannot}},
                             Calls{.rename = {0, 0, EIO}, .renameat2 = {cannot}}}) {
    ExchangedFolder folder = open(path);
    folder.write(content("2"));
    const FailingDisk disk(calls);
    EXPECT_EQ(refusal_of([&] { folder.exchange(); }), path + ": Input/output error");
    EXPECT_EQ(files_of(path)["a"], "1");
  }
  EXPECT_EQ(files_of(parent.path()), before);
}

TEST_F(ExchangeFailureTest, IsNotThereWhenItsFirstExchangeFails) {
  for (const FailingDisk::Calls& calls :
       {FailingDisk::Calls{.fsync = {EIO}}, FailingDisk::Calls{.rename = {EIO}}}) {
    ExchangedFolder folder = open(path);
    folder.write(content("1"));
    const FailingDisk disk(calls);
    EXPECT_EQ(refusal_of([&] { folder.exchange(); }), path + ": Input/output error");
    EXPECT_FALSE(fs::exists(path));
  }
}

TEST_F(ExchangeFailureTest, LeavesBothContentsWhereAnUndoFailsAndTellsWhere) {
  const std::string beside = parent.path(".alerting.new"), fallback = parent.path(".alerting.old");
  struct Failure {
    FailingDisk::Calls calls;
    std::string old_place, new_place;
  };
  for (const Failure& failure :
       {Failure{{.renameat2 = {EIO}}, beside, path}, Failure{{.fsync = {EIO}}, path, beside},
        Failure{{.rename = {0, EIO}, .renameat2 = {cannot}}, beside, fallback},
        Failure{{.rename = {0, 0, EIO}, .renameat2 = {cannot}}, path, fallback}}) {
    fill("1");
    {
      ExchangedFolder folder = open(path);
      folder.write(content("2"));
      folder.exchange();
      const FailingDisk disk(failure.calls);
      EXPECT_EQ(refusal_of([&] { folder.undo(); }),
                path +
                    ": Input/output error: the old files could not be put back for certain; they "
                    "are in " +
                    failure.old_place + ", the new ones are in " + failure.new_place +
                    "; keep copies before the next run, which removes them");
    }
    EXPECT_EQ(files_of(failure.old_place)["a"], "1");
    EXPECT_EQ(files_of(failure.new_place)["a"], "2");
  }
}

TEST_F(ExchangeFailureTest, LeavesBothContentsWhereAnExchangeFailsAndCannotBeUndone) {
  fill("1");
  {
    ExchangedFolder folder = open(path);
    folder.write(content("2"));
    const FailingDisk disk({.fsync = {EIO}, .renameat2 = {0, EIO}});
    EXPECT_THAT(refusal_of([&] { folder.exchange(); }),
                testing::HasSubstr("could not be put back"));
  }
  EXPECT_EQ(files_of(path)["a"], "2");
  EXPECT_EQ(files_of(parent.path(".alerting.new"))["a"], "1");
}

}  // namespace
}  // namespace seadragon::alerts
