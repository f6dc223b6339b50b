#include "tests/exporter/program.h"

#include <array>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace seadragon::exporter {
namespace {

using std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(10);

}  // namespace

Program::Program(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pipe_ = ends[0];

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<std::string> words = {SEADRAGON_EXPORTER};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int error =
      ::posix_spawn(&pid_, SEADRAGON_EXPORTER, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error != 0) throw std::runtime_error("cannot start " SEADRAGON_EXPORTER);
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(pipe_);
}

bool Program::read_more(steady_clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
  pollfd readable = {.fd = pipe_, .events = POLLIN, .revents = 0};
  if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) {
    throw std::runtime_error("waited in vain; output so far:\n" + output_);
  }
  std::array<char, 4096> chunk;
  const ssize_t count = ::read(pipe_, chunk.data(), chunk.size());
  if (count > 0) output_.append(chunk.data(), static_cast<std::size_t>(count));
  return count > 0;
}

void Program::wait_for(std::string_view text) {
  const auto deadline = steady_clock::now() + patience;
  std::size_t found = 0;
  while ((found = output_.find(text, waited_to_)) == std::string::npos) {
    if (!read_more(deadline)) throw std::runtime_error("it ended; its output:\n" + output_);
  }
  waited_to_ = found + text.size();
}

std::string Program::url() {
  const std::size_t from = waited_to_;
  wait_for("/metrics");
  const std::size_t start = output_.find("http://", from);
  return output_.substr(start, waited_to_ - start);
}

void Program::signal(int number) const { ::kill(pid_, number); }

int Program::wait() {
  const auto deadline = steady_clock::now() + patience;
  while (read_more(deadline)) {
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace seadragon::exporter
