#include "alertmanager/configure/exchanged_folder.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

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

int open_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) fail(path);
  return folder;
}

void sync_folder(const std::string& path) {
  const Descriptor folder(open_folder(path));
  if (::fsync(folder.number()) != 0) fail(path);
}

/// The error number, or 0 and the content is there.
int move(std::string& content, const std::string& to) {
  if (::rename(content.c_str(), to.c_str()) != 0) return errno;
  content = to;
  return 0;
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

void remove_left(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) fail(path, error.value());
}

void refuse_files_of_others(const std::string& folder) try {
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
} catch (const fs::filesystem_error& failure) {
  fail(folder, failure.code().value());  // by itself it names no place
}

}  // namespace

ExchangedFolder::ExchangedFolder(const std::string& folder, const std::function<void()>& on_wait)
    : folder_(resolved_path(folder)),
      beside_(hidden_beside(folder_, ".new")),
      fallback_(hidden_beside(folder_, ".old")),
      workplace_(hidden_beside(folder_, ".trial")),
      lock_(take_lock(hidden_beside(folder_, ".lock"), on_wait)),
      parent_(open_folder(parent_of(folder_))) {
  // Killed between the two renames of a file system that cannot exchange.
  if (!fs::exists(folder_) && fs::exists(fallback_)) fs::rename(fallback_, folder_);
  for (const std::string& left : {beside_, fallback_, workplace_}) remove_left(left);
  new_place_ = beside_;
  if (!fs::exists(folder_)) return;
  if (!fs::is_directory(folder_)) fail(folder_, ENOTDIR);
  refuse_files_of_others(folder_);
  old_place_ = folder_;
}

ExchangedFolder::~ExchangedFolder() {
  std::error_code ignored;
  fs::remove_all(workplace_, ignored);
  if (!is_left_to_people_) fs::remove_all(beside_, ignored);
}

void ExchangedFolder::write(const std::vector<ConfigurationFile>& files) const {
  for (const std::string& fresh : {beside_, workplace_}) {
    if (::mkdir(fresh.c_str(), mode_of_folder) != 0) fail(fresh);
  }
  std::vector<ConfigurationFile> all = files;
  all.push_back({.path = list_name, .text = list_of(files), .secret = false, .owner = ""});
  write_files(beside_, all);
}

/// Puts the wanted content into the folder, and the other one beside it. Not 0: an error number,
/// and each content is where its place says.
int ExchangedFolder::swap(std::string& wanted, std::string& other) {
  if (::renameat2(AT_FDCWD, wanted.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) {
    std::swap(wanted, other);
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that cannot exchange.
  int error = move(other, fallback_);
  if (error == 0) error = move(wanted, folder_);
  if (error == 0) error = move(other, beside_);
  return error;
}

void ExchangedFolder::exchange() {
  int error = old_place_.empty() ? move(new_place_, folder_) : swap(new_place_, old_place_);
  // A rename is on the disk when its folder is.
  if (error == 0 && ::fsync(parent_.number()) != 0) error = errno;
  if (error == 0) return;
  undo();
  if (error == EBUSY) {
    throw std::runtime_error(folder_ +
                             " is a mount point, which cannot be exchanged: choose a folder in it "
                             "as --output.dir");
  }
  fail(folder_, error);
}

/// From wherever an exchange has ended. The error number, or 0.
int ExchangedFolder::put_back() {
  if (old_place_ == beside_) return swap(old_place_, new_place_);
  int error = 0;
  if (new_place_ == folder_) error = move(new_place_, beside_);
  if (error == 0 && old_place_ == fallback_) error = move(old_place_, folder_);
  return error;
}

void ExchangedFolder::undo() {
  int error = put_back();
  if (error == 0 && ::fsync(parent_.number()) != 0) error = errno;
  if (error == 0) return;
  is_left_to_people_ = true;
  throw std::runtime_error(
      folder_ + ": " + std::generic_category().message(error) +
      (old_place_.empty() ? ": there were no files, and that could not be had again for certain; "
                          : ": the old files could not be put back for certain; they are in " +
                                old_place_ + ", ") +
      "the new ones are in " + new_place_ +
      "; keep copies before the next run, which removes them");
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
