#include "alertmanager/spool/spool.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace seadragon::spool {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t largest_answer = std::size_t{4} << 20;

std::string message_of(int error) { return std::generic_category().message(error); }

/// A connection to the service; closed with the object.
class Connection {
 public:
  explicit Connection(std::string path)
      : path_(std::move(path)),
        socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0) fail(message_of(errno));
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Why nobody is there; nullopt once it is made.
  std::optional<std::string> make() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) fail("is too long for the path of a socket");
    std::ranges::copy(path_, address.sun_path);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      return std::nullopt;
    }
    switch (errno) {
      case ENOENT:
      case ENOTDIR:
      case ECONNREFUSED:
        return path_ + ": " + message_of(errno);
      case EAGAIN:
        return path_ + ": takes no further connections";
      case EACCES:
        fail(message_of(EACCES) +
             "; root may ask the spool, and who is in the group postdrop: add this user to it");
    }
    fail(message_of(errno));
  }

  /// All that is said until the other side closes; nullopt when it does not by the deadline, or
  /// Postfix ends meanwhile.
  std::optional<std::string> read(steady_clock::time_point deadline) const {
    std::string answer;
    std::array<char, 16384> piece{};
    for (;;) {
      const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
      if (got == 0) return answer;
      if (got > 0) {
        answer.append(piece.data(), static_cast<std::size_t>(got));
        if (answer.size() > largest_answer) {
          fail("the answer is longer than " + std::to_string(largest_answer) + " bytes");
        }
      } else if (errno == EAGAIN) {
        if (!await(deadline)) return std::nullopt;
      } else if (errno == ECONNRESET) {
        return std::nullopt;
      } else if (errno != EINTR) {
        fail(message_of(errno));
      }
    }
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(path_ + ": " + what);
  }

 private:
  /// False when there is nothing to read by the deadline.
  bool await(steady_clock::time_point deadline) const {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return false;
    // However long that is: it is asked again.
    const auto most = std::min(left, milliseconds(std::chrono::minutes(1)));
    pollfd watched{.fd = socket_, .events = POLLIN, .revents = 0};
    ::poll(&watched, 1, static_cast<int>(most.count()));
    return true;
  }

  const std::string path_;
  const int socket_;
};

/// One queue is read after the other, so a mail that moves meanwhile is told twice: it is where it
/// was seen last.
std::vector<WaitingMail> each_once(std::vector<WaitingMail> told) {
  std::unordered_set<std::string> ids;
  std::vector<WaitingMail> mails;
  for (auto mail = told.rbegin(); mail != told.rend(); ++mail) {
    if (ids.insert(mail->id).second) mails.push_back(std::move(*mail));
  }
  std::ranges::reverse(mails);
  return mails;
}

}  // namespace

Spool read_spool(const std::filesystem::path& queue_directory, steady_clock::time_point deadline) {
  const std::string path = (queue_directory / "public" / "showq").string();
  const Connection connection(path);
  if (auto nobody = connection.make()) return {.why_down = std::move(*nobody)};
  const auto answer = connection.read(deadline);
  if (!answer) return {.why_down = path + ": gave no whole answer"};
  if (answer->empty()) return {.why_down = path + ": gave no answer"};
  auto mails = parse_showq(*answer);
  if (!mails) connection.fail("the answer is not that of Postfix's showq, or not whole");
  return {.mails = each_once(std::move(*mails))};
}

}  // namespace seadragon::spool
