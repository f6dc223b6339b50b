#include "alertmanager/configure/exchanged_folder.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/src/read_file.h"

namespace seadragon::alerts {
namespace {

namespace fs = std::filesystem;
using monitoring::detail::Descriptor;

const std::string list_name = ".written";
constexpr mode_t mode_for_all = 0644, mode_of_secret = 0600, mode_of_folder = 0755;

[[noreturn]] void fail(const std::string& path, int error = errno) {
  throw std::runtime_error(path + ": " + std::generic_category().message(error));
}

/// A rename is on the disk when its folder is.
void sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() < 0 || ::fsync(folder.number()) != 0) fail(path);
}

void make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), mode_of_folder) != 0 && errno != EEXIST) fail(path);
  if (::chmod(path.c_str(), mode_of_folder) != 0) fail(path);  // whatever the umask is
}

void give_to(int file, const std::string& owner, const std::string& path) {
  if (owner.empty() || ::geteuid() != 0) return;
  const passwd* const user = ::getpwnam(owner.c_str());
  if (user == nullptr) {
    throw std::runtime_error("this machine has no user " + owner +
                             ": set alertmanager.user to whom Alertmanager runs as");
  }
  if (::fchown(file, user->pw_uid, user->pw_gid) != 0) fail(path);
}

void write_file(const std::string& path, const ConfigurationFile& content) {
  const mode_t mode = content.secret ? mode_of_secret : mode_for_all;
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_of_secret));
  if (file.number() < 0) fail(path);
  std::string_view rest = content.text;
  while (!rest.empty()) {
    const ssize_t written = ::write(file.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  give_to(file.number(), content.owner, path);
  if (::fchmod(file.number(), mode) != 0 || ::fsync(file.number()) != 0) fail(path);
}

std::string parent_of(const std::string& path) { return fs::path(path).parent_path().string(); }

std::string hidden_beside(const std::string& folder, const std::string& ending) {
  return parent_of(folder) + "/." + fs::path(folder).filename().string() + ending;
}

/// A path a line.
std::string list_of(const std::vector<ConfigurationFile>& files) {
  std::string list = list_name + '\n';
  for (const ConfigurationFile& file : files) list += file.path + '\n';
  return list;
}

std::vector<std::string> listed_in(const std::string& path) {
  std::istringstream lines(monitoring::detail::find_file(path).value_or(""));
  std::vector<std::string> list;
  for (std::string line; std::getline(lines, line);) list.push_back(line);
  return list;
}

/// The descriptor of the file, which this process alone has locked then.
int take_lock(const std::string& path, const std::function<void()>& on_wait) {
  std::error_code error;
  fs::create_directories(parent_of(path), error);
  if (error) fail(parent_of(path), error.value());
  Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode_of_secret));
  if (lock.number() < 0) fail(path);
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) == 0) return lock.release();
  on_wait();
  while (::flock(lock.number(), LOCK_EX) != 0) {
    if (errno != EINTR) fail(path);
  }
  return lock.release();
}

void refuse_files_of_others(const std::string& folder) {
  const std::vector<std::string> ours = listed_in(folder + '/' + list_name);
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().lexically_relative(folder).string();
    const bool is_ours = std::ranges::any_of(ours, [&](const std::string& own) {
      return entry.is_directory() ? own.starts_with(path + '/') : own == path;
    });
    if (is_ours) continue;
    throw std::runtime_error(entry.path().string() +
                             " is not of this program and would be lost: move it away, or choose "
                             "another --output.dir");
  }
}

}  // namespace

ExchangedFolder::ExchangedFolder(const std::string& folder, const std::function<void()>& on_wait)
    : folder_(resolved_path(folder)),
      beside_(hidden_beside(folder_, ".new")),
      fallback_(hidden_beside(folder_, ".old")),
      workplace_(hidden_beside(folder_, ".trial")),
      lock_(take_lock(hidden_beside(folder_, ".lock"), on_wait)) {
  // Killed between the two renames of a file system that cannot exchange.
  if (!fs::exists(folder_) && fs::exists(fallback_)) fs::rename(fallback_, folder_);
  for (const std::string& left : {beside_, fallback_, workplace_}) fs::remove_all(left);
  had_content_ = fs::exists(folder_);
  if (had_content_ && !fs::is_directory(folder_)) fail(folder_, ENOTDIR);
  if (had_content_) refuse_files_of_others(folder_);
}

ExchangedFolder::~ExchangedFolder() {
  std::error_code ignored;
  fs::remove_all(beside_, ignored);
  fs::remove_all(workplace_, ignored);
}

void ExchangedFolder::write(const std::vector<ConfigurationFile>& files) const {
  for (const std::string& fresh : {beside_, workplace_}) {
    if (::mkdir(fresh.c_str(), mode_of_folder) != 0) fail(fresh);
  }
  std::vector<ConfigurationFile> all = files;
  all.push_back({.path = list_name, .text = list_of(files), .secret = false, .owner = ""});
  write_files(beside_, all);
}

void ExchangedFolder::exchange() {
  if (!had_content_) {
    if (::rename(beside_.c_str(), folder_.c_str()) != 0) fail(folder_);
  } else if (::renameat2(AT_FDCWD, beside_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_EXCHANGE) !=
             0) {
    if (errno == EBUSY) {
      throw std::runtime_error(folder_ +
                               " is a mount point, which cannot be exchanged: choose a folder in "
                               "it as --output.dir");
    }
    if (errno != EINVAL && errno != ENOSYS) fail(folder_);
    if (::rename(folder_.c_str(), fallback_.c_str()) != 0) fail(folder_);
    if (::rename(beside_.c_str(), folder_.c_str()) != 0) {
      const int error = errno;
      ::rename(fallback_.c_str(), folder_.c_str());
      fail(folder_, error);
    }
    if (::rename(fallback_.c_str(), beside_.c_str()) != 0) fail(fallback_);
  }
  sync_folder(parent_of(folder_));
}

void ExchangedFolder::undo() {
  if (had_content_) {
    exchange();
  } else {
    if (::rename(folder_.c_str(), beside_.c_str()) != 0) fail(folder_);
    sync_folder(parent_of(folder_));
  }
}

std::string resolved_path(const std::string& path) {
  const fs::path absolute = fs::weakly_canonical(fs::absolute(path));
  return (absolute.has_filename() ? absolute : absolute.parent_path()).string();
}

void write_files(const std::string& folder, const std::vector<ConfigurationFile>& files) {
  std::vector<std::string> folders = {folder};
  for (const ConfigurationFile& file : files) {
    const std::string path = folder + '/' + file.path;
    const std::string place = path.substr(0, path.rfind('/'));
    if (std::ranges::find(folders, place) == folders.end()) folders.push_back(place);
    make_folder(place);
    write_file(path, file);
  }
  for (const std::string& written : folders) sync_folder(written);
}

}  // namespace seadragon::alerts
