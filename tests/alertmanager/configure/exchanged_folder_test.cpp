#include "alertmanager/configure/exchanged_folder.h"

#include <cerrno>
#include <filesystem>
#include <future>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "lib/src/read_file.h"
#include "tests/alertmanager/configure/failing_disk.h"
#include "tests/temporary_folder.h"

namespace seadragon::alerts {
namespace {

namespace fs = std::filesystem;
using monitoring::detail::read_file;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

std::vector<ConfigurationFile> content(const std::string& text) {
  return {{.path = "a", .text = text, .secret = false, .owner = ""},
          {.path = "sub/b", .text = text, .secret = false, .owner = ""},
          {.path = "secret", .text = text, .secret = true, .owner = ""}};
}

ExchangedFolder open(const std::string& path) {
  return ExchangedFolder(path, [] { FAIL() << "somebody else has it"; });
}

/// Path and text of each file but the list of them.
std::map<std::string, std::string> files_of(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == ".written") continue;
    files[entry.path().lexically_relative(folder).string()] = read_file(entry.path().string());
  }
  return files;
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

class ExchangedFolderTest : public testing::Test {
 protected:
  void fill(const std::string& text) const {
    ExchangedFolder folder = open(path);
    folder.write(content(text));
    folder.exchange();
  }

  TemporaryFolder parent;
  std::string path = parent.path("alerting");
};

TEST_F(ExchangedFolderTest, IsMadeWithTheFilesAndTheirModes) {
  const mode_t mask = ::umask(0077);
  fill("1");
  ::umask(mask);
  EXPECT_THAT(files_of(path),
              UnorderedElementsAre(Pair("a", "1"), Pair("sub/b", "1"), Pair("secret", "1")));
  EXPECT_EQ(mode_of(path), 0755U);
  EXPECT_EQ(mode_of(path + "/sub"), 0755U);
  EXPECT_EQ(mode_of(path + "/a"), 0644U);
  EXPECT_EQ(mode_of(path + "/secret"), 0600U);
}

TEST_F(ExchangedFolderTest, HasTheOldFilesUntilTheExchangeAndNoneAfter) {
  fill("1");
  {
    ExchangedFolder folder = open(path);
    folder.write({content("2").front()});
    EXPECT_EQ(files_of(path).size(), 3U);
    folder.exchange();
    EXPECT_THAT(files_of(path), ElementsAre(Pair("a", "2")));
    EXPECT_EQ(files_of(folder.beside()).size(), 3U);
  }
  EXPECT_THAT(files_of(parent.path()),
              UnorderedElementsAre(Pair(".alerting.lock", ""), Pair("alerting/a", "2")));
}

TEST_F(ExchangedFolderTest, StaysAsItIsWithoutAnExchange) {
  fill("1");
  const auto before = files_of(parent.path());
  open(path).write(content("2"));
  EXPECT_EQ(files_of(parent.path()), before);
}

TEST_F(ExchangedFolderTest, IsAsBeforeWhenTheExchangeIsUndone) {
  fill("1");
  const auto before = files_of(parent.path());
  {
    ExchangedFolder folder = open(path);
    folder.write(content("2"));
    folder.exchange();
    folder.undo();
  }
  EXPECT_EQ(files_of(parent.path()), before);
}

TEST_F(ExchangedFolderTest, IsGoneWhenTheFirstExchangeIsUndone) {
  {
    ExchangedFolder folder = open(path);
    folder.write(content("1"));
    folder.exchange();
    folder.undo();
  }
  EXPECT_FALSE(fs::exists(path));
}

/// A file system that cannot exchange (renameat2(2)).
constexpr int cannot = EINVAL;

TEST_F(ExchangedFolderTest, IsExchangedWhereOnlyRenamesAreKnown) {
  fill("1");
  const auto before = files_of(parent.path());
  {
    ExchangedFolder folder = open(path);
    folder.write(content("2"));
    const tests::FailingDisk disk({.renameat2 = {cannot, cannot}});
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

TEST_F(ExchangedFolderTest, IsAsBeforeWhereverAnExchangeFails) {
  fill("1");
  const auto before = files_of(parent.path());
  using Calls = tests::FailingDisk::Calls;
  for (const Calls& calls : {Calls{.fsync = {EIO}}, Calls{.renameat2 = {EIO}},
                             Calls{.fsync = {EIO}, .renameat2 = {cannot, cannot}},
                             Calls{.rename = {EIO}, .renameat2 = {cannot}},
                             Calls{.rename = {0, EIO}, .renameat2 = {cannot}},
                             Calls{.rename = {0, 0, EIO}, .renameat2 = {cannot}}}) {
    ExchangedFolder folder = open(path);
    folder.write(content("2"));
    const tests::FailingDisk disk(calls);
    EXPECT_EQ(refusal_of([&] { folder.exchange(); }), path + ": Input/output error");
    EXPECT_EQ(files_of(path)["a"], "1");
  }
  EXPECT_EQ(files_of(parent.path()), before);
}

TEST_F(ExchangedFolderTest, IsNotThereWhenItsFirstExchangeFails) {
  for (const tests::FailingDisk::Calls& calls :
       {tests::FailingDisk::Calls{.fsync = {EIO}}, tests::FailingDisk::Calls{.rename = {EIO}}}) {
    ExchangedFolder folder = open(path);
    folder.write(content("1"));
    const tests::FailingDisk disk(calls);
    EXPECT_EQ(refusal_of([&] { folder.exchange(); }), path + ": Input/output error");
    EXPECT_FALSE(fs::exists(path));
  }
}

TEST_F(ExchangedFolderTest, LeavesBothContentsWhereAnUndoFailsAndTellsWhere) {
  const std::string beside = parent.path(".alerting.new"), fallback = parent.path(".alerting.old");
  struct Failure {
    tests::FailingDisk::Calls calls;
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
      const tests::FailingDisk disk(failure.calls);
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

TEST_F(ExchangedFolderTest, LeavesBothContentsWhereAnExchangeFailsAndCannotBeUndone) {
  fill("1");
  {
    ExchangedFolder folder = open(path);
    folder.write(content("2"));
    const tests::FailingDisk disk({.fsync = {EIO}, .renameat2 = {0, EIO}});
    EXPECT_THAT(refusal_of([&] { folder.exchange(); }),
                testing::HasSubstr("could not be put back"));
  }
  EXPECT_EQ(files_of(path)["a"], "2");
  EXPECT_EQ(files_of(parent.path(".alerting.new"))["a"], "1");
}

TEST_F(ExchangedFolderTest, RemovesWhatAKilledRunHasLeft) {
  fill("1");
  fs::create_directories(parent.path(".alerting.new/sub"));
  parent.write(".alerting.new/a", "half");
  fs::create_directories(parent.path(".alerting.trial"));
  parent.write(".alerting.trial/firing.json", "{}");
  fill("2");
  EXPECT_THAT(files_of(parent.path()),
              UnorderedElementsAre(Pair(".alerting.lock", ""), Pair("alerting/a", "2"),
                                   Pair("alerting/sub/b", "2"), Pair("alerting/secret", "2")));
}

TEST_F(ExchangedFolderTest, TakesTheOldFilesBackOfARunThatWasKilledBetweenTwoRenames) {
  fill("1");
  fs::rename(path, parent.path(".alerting.old"));
  open(path);
  EXPECT_EQ(files_of(path).size(), 3U);
  EXPECT_FALSE(fs::exists(parent.path(".alerting.old")));
}

TEST_F(ExchangedFolderTest, RefusesToLoseFilesOfOthers) {
  for (const char* other : {"alerting/mine.yml", "alerting/sub/mine.yml"}) {
    fill("1");
    parent.write(other, "x");
    try {
      open(path);
      FAIL() << other << " would be lost";
    } catch (const std::runtime_error& refusal) {
      EXPECT_TRUE(std::string(refusal.what()).starts_with(parent.path(other))) << refusal.what();
    }
    parent.remove(other);
  }
}

TEST_F(ExchangedFolderTest, LosesFilesThatItWroteAndDoesNotWriteAnyMore) {
  {
    ExchangedFolder folder = open(path);
    folder.write({{.path = "rules/of_old.yml", .text = "x", .secret = false, .owner = ""}});
    folder.exchange();
  }
  fill("2");
  EXPECT_FALSE(fs::exists(path + "/rules"));
}

TEST_F(ExchangedFolderTest, DoesNotFollowALinkInPlaceOfItsLock) {
  fs::create_symlink(parent.path("elsewhere"), parent.path(".alerting.lock"));
  EXPECT_THROW(open(path), std::runtime_error);
  EXPECT_FALSE(fs::exists(parent.path("elsewhere")));
}

TEST_F(ExchangedFolderTest, FollowsASymbolicLink) {
  fill("1");
  fs::create_directory_symlink(path, parent.path("link"));
  {
    ExchangedFolder folder = open(parent.path("link"));
    folder.write(content("2"));
    folder.exchange();
  }
  EXPECT_TRUE(fs::is_symlink(parent.path("link")));
  EXPECT_EQ(files_of(path)["a"], "2");
}

TEST_F(ExchangedFolderTest, NamesAPlaceThatIsNoFolder) {
  parent.write("alerting", "a file");
  try {
    open(path);
    FAIL() << "taken";
  } catch (const std::runtime_error& refusal) {
    EXPECT_EQ(refusal.what(), path + ": Not a directory");
  }
}

TEST_F(ExchangedFolderTest, WaitsForAnotherRun) {
  std::promise<void> waits;
  std::future<void> second;
  {
    ExchangedFolder first = open(path);
    second = std::async(std::launch::async, [&] {
      ExchangedFolder folder(path, [&] { waits.set_value(); });
      folder.write(content("2"));
      folder.exchange();
    });
    waits.get_future().wait();
    first.write(content("1"));
    first.exchange();
  }
  second.get();
  EXPECT_EQ(files_of(path)["a"], "2");
}

}  // namespace
}  // namespace seadragon::alerts
