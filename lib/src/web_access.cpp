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
      stamp_(stamp()),
      looked_(std::chrono::steady_clock::now()) {}

std::shared_ptr<const WebAccess> WebAccessFile::now() {
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  if (path_.empty() || now < looked_ + 1s) return access_;
  looked_ = now;
  Stamp found = stamp();
  if (found == stamp_ && failure_.empty()) return access_;
  std::string failure;
  try {
    access_ = read_web_access(path_);
    found = stamp();  // it may name other files now
  } catch (const std::exception& thrown) {
    failure = thrown.what();
    if (failure != failure_) on_error_("web configuration unchanged: " + failure);
  }
  stamp_ = std::move(found);
  failure_ = std::move(failure);
  return access_;
}

WebAccessFile::Stamp WebAccessFile::stamp() const {
  Stamp stamp;
  for (const std::string& file : access_->config.files) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) status = {};
    stamp.emplace_back(status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
                       status.st_ino);
    stamp.emplace_back(status.st_size, status.st_ctim.tv_nsec);
  }
  return stamp;
}

}  // namespace seadragon::monitoring::detail
