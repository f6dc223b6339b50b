#include "alertmanager/spool/spool.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/src/read_file.h"
#include "tests/temporary_folder.h"

namespace seadragon::spool {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

/// The socket of a queue directory, on which anything may be said.
class ShowqSocket {
 public:
  ShowqSocket() {
    std::filesystem::create_directory(folder_.path("public"));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~ShowqSocket() { ::close(socket_); }
  ShowqSocket(const ShowqSocket&) = delete;
  ShowqSocket& operator=(const ShowqSocket&) = delete;

  std::string queue_directory() const { return folder_.path(); }
  std::string path() const { return folder_.path("public/showq"); }

  void listen() const { EXPECT_EQ(::listen(socket_, 0), 0); }
  int accept() const { return ::accept(socket_, nullptr, nullptr); }

 private:
  const TemporaryFolder folder_;
  const int socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

Spool ask(const std::string& queue_directory, milliseconds patience = milliseconds(20000)) {
  return read_spool(queue_directory, steady_clock::now() + patience);
}

/// What becomes of an answer of these pieces; who asks may hang up before the last.
Spool ask_one_that_says(std::string_view piece, int times = 1) {
  const ShowqSocket showq;
  showq.listen();
  const std::jthread speaker([&] {
    const int connection = showq.accept();
    for (int i = 0; i < times; ++i) {
      if (::send(connection, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) break;
    }
    ::close(connection);
  });
  return ask(showq.queue_directory());
}

void expect_down(const Spool& spool, const std::string& why) {
  EXPECT_FALSE(spool.is_up());
  EXPECT_THAT(spool.why_down, HasSubstr(why));
  EXPECT_TRUE(spool.mails.empty());
}

void expect_failure(const std::function<void()>& read, const std::string& why) {
  try {
    read();
    FAIL() << "no failure";
  } catch (const std::runtime_error& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("/public/showq: " + why));
  }
}

TEST(SpoolTest, IsUpWithAllThatWaits) {
  const Spool spool = ask_one_that_says(
      monitoring::detail::read_file("tests/fixtures/spool/deferred_and_held.showq"));
  EXPECT_TRUE(spool.is_up()) << spool.why_down;
  EXPECT_EQ(spool.mails.size(), 3U);
}

TEST(SpoolTest, HasAMailThatMovesMeanwhileWhereItWasSeenLast) {
  const auto mail = [](const std::string& queue, const std::string& id) {
    return "queue_name|" + queue + "|queue_id|" + id + "|time|7|size|5|sender|s@x||";
  };
  std::string answer = mail("active", "A") + mail("active", "B") + mail("deferred", "A") + "|";
  std::ranges::replace(answer, '|', '\0');
  const Spool spool = ask_one_that_says(answer);
  ASSERT_EQ(spool.mails.size(), 2U);
  EXPECT_EQ(spool.mails[0].id + spool.mails[0].queue, "Bactive");
  EXPECT_EQ(spool.mails[1].id + spool.mails[1].queue, "Adeferred");
}

TEST(SpoolTest, IsDownWithoutASocketOrAFolder) {
  const TemporaryFolder folder;
  expect_down(ask(folder.path()), folder.path("public/showq") + ": No such file or directory");
  expect_down(ask(folder.path("none")), "No such file or directory");
}

TEST(SpoolTest, IsDownWhenNobodyListens) {
  const ShowqSocket showq;
  expect_down(ask(showq.queue_directory()), showq.path() + ": Connection refused");
}

TEST(SpoolTest, IsDownWhenItDoesNotAnswerInTime) {
  const ShowqSocket showq;
  showq.listen();
  const auto start = steady_clock::now();
  expect_down(ask(showq.queue_directory(), milliseconds(50)), ": gave no whole answer");
  EXPECT_LT(steady_clock::now() - start, milliseconds(5000));
  // That connection still takes the only place.
  expect_down(ask(showq.queue_directory()), ": takes no further connections");
}

TEST(SpoolTest, IsDownWhenItHangsUpWithoutAnAnswer) {
  expect_down(ask_one_that_says(""), ": gave no answer");
}

TEST(SpoolTest, FailsOnAnAnswerThatEndsInTheMiddle) {
  expect_failure([] { ask_one_that_says("queue_name"); }, "the answer is not that of");
}

TEST(SpoolTest, FailsOnAnAnswerWithoutEnd) {
  const std::string piece(65536, 'x');
  expect_failure([&] { ask_one_that_says(piece, 1000); },
                 "the answer is longer than 4194304 bytes");
}

TEST(SpoolTest, FailsWhereThePathIsTooLongForASocket) {
  expect_failure([] { ask("/" + std::string(100, 'x')); }, "is too long");
}

}  // namespace
}  // namespace seadragon::spool
