#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <sys/statvfs.h>

#include "exporter/collectors/collectors.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

class DiskCollector : public Collector {
 public:
  explicit DiskCollector(std::vector<std::string> mounts) : mounts_(std::move(mounts)) {}

  std::string_view name() const override { return "disk"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    std::string failures;
    for (const std::string& mount : mounts_) {
      struct statvfs space {};
      if (::statvfs(mount.c_str(), &space) != 0) {
        failures +=
            (failures.empty() ? "" : "; ") + mount + ": " + std::generic_category().message(errno);
        continue;
      }
      const auto bytes = [&](fsblkcnt_t blocks) {
        return static_cast<double>(blocks) * static_cast<double>(space.f_frsize);
      };
      samples.add(metric("seadragon_host_disk_size_bytes"), bytes(space.f_blocks), {mount});
      samples.add(metric("seadragon_host_disk_available_bytes"), bytes(space.f_bavail), {mount});
    }
    if (!failures.empty()) throw std::runtime_error(failures);
  }

 private:
  std::vector<std::string> mounts_;
};

}  // namespace

std::unique_ptr<Collector> make_disk_collector(std::vector<std::string> mounts) {
  return std::make_unique<DiskCollector>(std::move(mounts));
}

}  // namespace seadragon::exporter
