#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <tuple>
#include <utility>

#include "alertmanager/spool/spool.h"
#include "exporter/collectors/collectors.h"
#include "exporter/mail_reason.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;
using spool::Spool;
using spool::WaitingMail;
using std::chrono::steady_clock;

/// A spool that is up answers in some milliseconds. One that hangs must not make the scrape late.
steady_clock::time_point deadline_within(const monitoring::Scrape& scrape) {
  const auto now = steady_clock::now();
  return std::min(now + std::chrono::seconds(2), now + (scrape.deadline - now) / 2);
}

/// What a program handed over and nobody picked up yet is on its way in as well.
std::string_view queue_of(const WaitingMail& mail) {
  return mail.queue == "maildrop" ? "incoming" : std::string_view(mail.queue);
}

/// Never below 0: the clock may have been set back.
double oldest_seconds(const std::vector<WaitingMail>& mails) {
  if (mails.empty()) return 0;
  const auto oldest = std::ranges::min(mails, {}, &WaitingMail::arrived).arrived;
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  const std::chrono::duration<double> since = oldest.time_since_epoch();
  return std::max(0.0, (now - since).count());
}

/// Of the oldest deferred mail that has one; empty without any. Of the same second the first by id,
/// so that two do not take turns.
std::string reason_of_oldest(const std::vector<WaitingMail>& mails) {
  const WaitingMail* oldest = nullptr;
  std::string reason;
  for (const WaitingMail& mail : mails) {
    if (mail.queue != "deferred") continue;
    if (oldest != nullptr &&
        std::tie(oldest->arrived, oldest->id) < std::tie(mail.arrived, mail.id)) {
      continue;
    }
    for (const spool::Recipient& recipient : mail.recipients) {
      std::string words = mail_reason(recipient.reason);
      if (words.empty()) continue;
      oldest = &mail;
      reason = std::move(words);
      break;
    }
  }
  return reason;
}

class MailCollector : public Collector {
 public:
  explicit MailCollector(std::string queue_directory)
      : queue_directory_(std::move(queue_directory)) {}

  std::string_view name() const override { return "mail"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape& scrape) override {
    const Spool spool = spool::read_spool(queue_directory_, deadline_within(scrape));
    samples.add(metric("seadragon_mail_spool_up"), spool.is_up() ? 1 : 0);
    if (!spool.is_up()) return;
    for (const std::string_view queue : {"incoming", "active", "deferred", "hold"}) {
      samples.add(metric("seadragon_mail_spool_messages"),
                  static_cast<double>(std::ranges::count(spool.mails, queue, queue_of)), {queue});
    }
    samples.add(metric("seadragon_mail_spool_oldest_seconds"), oldest_seconds(spool.mails));
    const std::string reason = reason_of_oldest(spool.mails);
    if (!reason.empty()) samples.add(metric("seadragon_mail_spool_reason_info"), 1, {reason});
  }

 private:
  const std::string queue_directory_;
};

}  // namespace

std::unique_ptr<Collector> make_mail_collector(std::string queue_directory) {
  return std::make_unique<MailCollector>(std::move(queue_directory));
}

}  // namespace seadragon::exporter
