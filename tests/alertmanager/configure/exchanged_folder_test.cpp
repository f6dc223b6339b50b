#include "alertmanager/configure/exchanged_folder.h"

#include <filesystem>
#include <future>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/alertmanager/configure/exchanged_folder_fixture.h"

namespace seadragon::alerts {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

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
