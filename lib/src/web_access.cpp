#include "lib/src/web_access.h"

#include <exception>
#include <stdexcept>

#include <sys/stat.h>

namespace seadragon::monitoring::detail {

std::shared_ptr<const WebAccess> read_web_access(const std::string& path) {
  auto access = std::make_shared<WebAccess>();
  if (path.empty()) return access;
  access->config = read_web_config(path);
  if (!access->config.tls) return access;
  try {
    access->tls = std::make_unique<const TlsContext>(*access->config.tls);
  } catch (const std::exception& failure) {
    throw std::runtime_error(path + ": tls_server_config: " + failure.what());
  }
  return access;
}

WebAccessFile::WebAccessFile(std::string path, Tell on_error)
    : path_(std::move(path)),
      on_error_(std::move(on_error)),
      access_(read_web_access(path_)),
      looked_(std::chrono::steady_clock::now()) {
  // What stamp_ is of must have been read after it was taken, or a change in between is missed.
  seen_ = stamp_of(access_->config);
  access_ = read_web_access(path_);
  stamp_ = seen_;
}

std::shared_ptr<const WebAccess> WebAccessFile::now() {
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  if (path_.empty() || now < looked_ + 1s) return access_;
  looked_ = now;
  try {
    follow();
    failure_.clear();
  } catch (const std::exception& thrown) {
    const std::string failure = thrown.what();
    if (failure != failure_) on_error_("web configuration unchanged: " + failure);
    failure_ = failure;
  }
  return access_;
}

void WebAccessFile::follow() {
  Stamp found = stamp_of(access_->config);
  const bool rests = found == seen_;
  seen_ = std::move(found);
  if (!rests || seen_ == stamp_) return;

  const auto fresh = read_web_access(path_);
  if (access_->tls && !fresh->tls) {
    throw std::runtime_error(path_ + " has no TLS any more, which takes a restart");
  }
  if (!access_->config.users.empty() && fresh->config.users.empty()) {
    throw std::runtime_error(path_ + " has no users any more, which takes a restart");
  }
  const bool has_other_files = fresh->config.files != access_->config.files;
  if (stamp_of(access_->config) != seen_) return;  // it changed meanwhile: at the next look
  access_ = fresh;
  // Other files were not looked at before they were read: once more, then.
  seen_ = stamp_of(access_->config);
  stamp_ = has_other_files ? Stamp() : seen_;
}

WebAccessFile::Stamp WebAccessFile::stamp_of(const WebConfig& config) {
  Stamp stamp;
  for (const std::string& file : config.files) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) status = {};
    stamp.emplace_back(status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
                       status.st_ino);
    stamp.emplace_back(status.st_size, status.st_ctim.tv_nsec);
  }
  return stamp;
}

}  // namespace seadragon::monitoring::detail
