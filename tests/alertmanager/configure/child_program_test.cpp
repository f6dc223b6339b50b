#include "alertmanager/configure/child_program.h"

#include <chrono>
#include <stdexcept>

#include <gtest/gtest.h>
#include <signal.h>

namespace seadragon::alerts {
namespace {

using namespace std::chrono_literals;

TEST(ChildProgramTest, GivesStatusAndBothOutputs) {
  const ProgramEnd end = run_program({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.output, "out\nerr\n");
}

TEST(ChildProgramTest, PassesArgumentsAsTheyAre) {
  EXPECT_EQ(run_program({"/bin/echo", "$x", "a  b", "'"}).output, "$x a  b '\n");
}

TEST(ChildProgramTest, TellsASignalAsTheShellDoes) {
  EXPECT_EQ(run_program({"/bin/sh", "-c", "kill -TERM $$"}).status, 128 + 15);
}

TEST(ChildProgramTest, ReadsNothingFromTheTerminal) {
  EXPECT_EQ(run_program({"/bin/cat"}).status, 0);
}

TEST(ChildProgramTest, KeepsMuchOutputWithinItsBound) {
  EXPECT_LE(run_program({"/bin/sh", "-c", "yes | head -c 5000000"}).output.size(), 1100000U);
}

TEST(ChildProgramTest, KillsWhatDoesNotEndWithAllThatItStarted) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(run_program({"/bin/sh", "-c", "sleep 30 & sleep 30"}, 50ms), std::runtime_error);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(ChildProgramTest, KillsWhatHasClosedItsOutputAndDoesNotEnd) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(run_program({"/bin/sh", "-c", "exec >&- 2>&-; sleep 30"}, 50ms), std::runtime_error);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(ChildProgramTest, TakesAnEndThatNobodyKnowsForNoGoodOne) {
  auto* const before = ::signal(SIGCHLD, SIG_IGN);
  EXPECT_THROW(run_program({"/bin/false"}), std::runtime_error);
  ::signal(SIGCHLD, before);
}

TEST(ChildProgramTest, LetsAChildEndWhenItsReaderHasGone) {
  auto* const before = ::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(run_program({"/bin/sh", "-c", "kill -PIPE $$"}).status, 128 + SIGPIPE);
  ::signal(SIGPIPE, before);
}

TEST(ChildProgramTest, NamesAProgramThatIsNotThere) {
  try {
    run_program({"/none/program"});
    FAIL() << "started";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "/none/program: No such file or directory");
  }
}

TEST(ChildProgramTest, FindsProgramsOfThePathAndOfRoot) {
  EXPECT_TRUE(find_program("sh").ends_with("/sh"));
  EXPECT_EQ(find_program("no-such-program"), "");
}

}  // namespace
}  // namespace seadragon::alerts
