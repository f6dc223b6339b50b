#include "alertmanager/configure/spool_instance.h"

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <glob.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alertmanager/configure/child_program.h"
#include "lib/src/descriptor.h"

namespace seadragon::alerts {
namespace {

namespace fs = std::filesystem;
using monitoring::detail::Descriptor;

[[noreturn]] void fail(const std::string& path) {
  throw std::runtime_error(path + ": " + std::generic_category().message(errno));
}

std::streamoff size_of(const std::string& path) {
  std::error_code none;
  const std::uintmax_t size = fs::file_size(path, none);
  return none ? 0 : static_cast<std::streamoff>(size);
}

std::string text_from(const std::string& path, std::streamoff start) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(start);
  return {std::istreambuf_iterator<char>(file), {}};
}

void make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw std::runtime_error(path + ": " + error.message());
}

}  // namespace

bool SpoolInstance::can_log_in() {
  glob_t found{};
  const int result = ::glob("/usr/lib/*/sasl2/libplain.so*", 0, nullptr, &found);
  ::globfree(&found);
  return result == 0;
}

void SpoolInstance::prepare() const {
  make_folder(directory_ + "/queue");
  const std::string data = directory_ + "/data";
  make_folder(data);
  const passwd* const user = ::getpwnam("postfix");
  if (user == nullptr) throw std::runtime_error("there is no user postfix: apt install postfix");
  if (::chown(data.c_str(), user->pw_uid, user->pw_gid) != 0) fail(data);
  run({find_program("postfix"), "-c", configuration_, "check"});
}

void SpoolInstance::check_syntax() const {
  run({find_program("postconf"), "-c", configuration_, "-n"});
  run({find_program("postconf"), "-c", configuration_, "-M"});
}

bool SpoolInstance::runs() const {
  // master(8) holds a lock on it as long as it runs.
  const std::string file = directory_ + "/queue/pid/master.pid";
  const Descriptor pid(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (pid.number() < 0) return false;
  return ::flock(pid.number(), LOCK_EX | LOCK_NB) != 0;
}

void SpoolInstance::reload() const {
  run({find_program("postfix"), "-c", configuration_, "reload"});
  // It has the queue tried, and then asks for pickup(8), which this instance does not need: that is
  // all that its status tells.
  run_program({find_program("postqueue"), "-c", configuration_, "-f"});
}

std::string SpoolInstance::start_command() const {
  return "/usr/lib/postfix/sbin/master -c " + configuration_ + " -d";
}

void SpoolInstance::run(const std::vector<std::string>& command) const {
  const std::string log = directory_ + "/mail.log";
  const std::streamoff logged = size_of(log);
  const ProgramEnd end = run_program(command);
  if (end.status == 0) return;
  // Away from a terminal it is the log that has the reason.
  throw std::runtime_error("Postfix refuses the configuration of the spool:\n" + end.output +
                           text_from(log, logged));
}

}  // namespace seadragon::alerts
