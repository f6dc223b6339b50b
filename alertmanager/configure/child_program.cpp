#include "alertmanager/configure/child_program.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/src/descriptor.h"

namespace seadragon::alerts {
namespace {

using monitoring::detail::Descriptor;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t most_output = std::size_t{1} << 20;

[[noreturn]] void fail(const std::string& program, int error) {
  throw std::runtime_error(program + ": " + std::generic_category().message(error));
}

/// Of its own group, so that what it starts can be ended with it.
pid_t start(const std::vector<std::string>& command, int output) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));  // posix_spawn() changes none
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;  // what this program ignores kills a child as ever
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  sigset_t none;  // and what waits for the end of this program does not wait for its own
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, command.front().c_str(), &actions, &attributes,
                                  arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail(command.front(), error);
  return child;
}

/// False when there is nothing to read before `end`.
bool await(int input, steady_clock::time_point end) {
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{.fd = input, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(left)) > 0) return true;
  }
}

/// Whether the output ended before `end`.
bool read_until_closed(int input, std::string& output, steady_clock::time_point end) {
  std::array<char, 4096> chunk;
  while (await(input, end)) {
    const ssize_t count = ::read(input, chunk.data(), chunk.size());
    if (count == 0) return true;
    if (count < 0 && errno != EINTR) return true;
    if (count > 0 && output.size() < most_output) {
      output.append(chunk.data(), static_cast<std::size_t>(count));
    }
  }
  return false;
}

/// Whether it ended before `end`: a child that has closed its output need not have.
bool ends_before(pid_t child, steady_clock::time_point end) {
  // Not pidfd_open(2) of glibc 2.36, whose header is not for C++.
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  return handle.number() < 0 || await(handle.number(), end);
}

int wait_for(pid_t child, const std::string& program) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail(program, errno);  // an end that nobody knows is no good one
  }
  constexpr int signalled = 128;
  return WIFSIGNALED(status) ? signalled + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

std::string find_program(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::string folders =
      (path == nullptr ? "/usr/bin:/bin" : path) + std::string(":/usr/sbin:/sbin:");
  for (std::size_t colon = 0; (colon = folders.find(':')) != std::string::npos;
       folders.erase(0, colon + 1)) {
    const std::string candidate = folders.substr(0, colon) + '/' + name;
    if (candidate.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

ProgramEnd run_program(const std::vector<std::string>& command, milliseconds limit) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(command.front(), errno);
  const Descriptor input(ends[0]);
  pid_t child = 0;
  {
    const Descriptor output(ends[1]);
    child = start(command, output.number());
  }
  ProgramEnd end;
  const auto latest = steady_clock::now() + limit;
  const bool ended =
      read_until_closed(input.number(), end.output, latest) && ends_before(child, latest);
  if (!ended) ::kill(-child, SIGKILL);
  end.status = wait_for(child, command.front());
  if (!ended) {
    throw std::runtime_error(command.front() + " did not end within " +
                             std::to_string(limit.count() / 1000) + " s and was killed");
  }
  return end;
}

}  // namespace seadragon::alerts
