/// A folder whose content is replaced as a whole, or not at all.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "alertmanager/configure/configuration.h"
#include "lib/src/descriptor.h"

namespace seadragon::alerts {

/// Makes the new content beside the folder and exchanges both in one step (renameat2(2)). Whoever
/// is killed in between leaves the folder as it was, or wholly new; the next run removes the rest.
class ExchangedFolder {
 public:
  /// Waits while another run is at work on the same folder; `on_wait` is called before that.
  /// Throws std::runtime_error when the place cannot be written, or the folder has files that
  /// write() has not made, now or in an older version: they would be lost.
  ExchangedFolder(const std::string& folder, const std::function<void()>& on_wait);

  /// Removes what is not in force, unless exchange() or undo() has left it to people.
  ~ExchangedFolder();
  ExchangedFolder(const ExchangedFolder&) = delete;
  ExchangedFolder& operator=(const ExchangedFolder&) = delete;

  const std::string& path() const { return folder_; }

  /// Before the exchange the new content, after it the old one.
  const std::string& beside() const { return beside_; }

  /// An empty folder for whoever checks the new content, from write() on.
  const std::string& workplace() const { return workplace_; }

  /// Writes the new content and, as `.written`, which files that are, and sees to it that all is on
  /// the disk.
  void write(const std::vector<ConfigurationFile>& files) const;

  /// Throws std::runtime_error when it failed; then all is as it was before. Where not even that
  /// could be had nothing is removed, and the message says where both contents are.
  void exchange();

  /// After exchange(): all as it was before. Throws as exchange().
  void undo();

 private:
  int swap(std::string& wanted, std::string& other);
  int put_back();

  std::string folder_, beside_, fallback_, workplace_;
  monitoring::detail::Descriptor lock_, parent_;
  std::string new_place_, old_place_;  // where each content is; no old one: empty
  bool is_left_to_people_ = false;
};

/// An absolute path without symbolic links, where it leads through any, and no slash at its end. It
/// need not exist.
std::string resolved_path(const std::string& path);

/// Writes the files into an empty folder. A secret one belongs to its owner alone; without the
/// right to give files away (chown(2)) it stays with the user of this process.
void write_files(const std::string& folder, const std::vector<ConfigurationFile>& files);

}  // namespace seadragon::alerts
