#include "exporter/own_thread.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace seadragon::exporter {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What both threads share; it outlives the one that is left behind.
struct Work {
  explicit Work(std::unique_ptr<Collector> made) : collector(std::move(made)) {}

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return asked || stopped; });
      if (stopped) return;
      asked = false;
      const monitoring::Scrape scrape{.deadline = deadline};
      lock.unlock();
      monitoring::Samples gathered;
      std::exception_ptr thrown;
      try {
        collector->collect(gathered, scrape);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      samples = std::move(gathered);
      failure = thrown;
      busy_since.reset();
      changed.notify_all();
    }
  }

  const std::unique_ptr<Collector> collector;
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = false, stopped = false;
  std::optional<steady_clock::time_point> busy_since;
  steady_clock::time_point deadline;
  monitoring::Samples samples;
  std::exception_ptr failure;
};

class OwnThread final : public Collector {
 public:
  OwnThread(std::unique_ptr<Collector> collector, milliseconds limit)
      : name_(collector->name()),
        limit_(limit),
        work_(std::make_shared<Work>(std::move(collector))),
        thread_([work = work_] { work->run(); }) {}

  ~OwnThread() override {
    bool hangs = false;
    {
      const std::lock_guard lock(work_->mutex);
      work_->stopped = true;
      hangs = work_->busy_since.has_value();
    }
    work_->changed.notify_all();
    hangs ? thread_.detach() : thread_.join();
  }

  std::string_view name() const override { return name_; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape& scrape) override {
    std::unique_lock lock(work_->mutex);
    const auto now = steady_clock::now();
    if (work_->busy_since) {
      const auto hangs = std::chrono::duration_cast<std::chrono::seconds>(now - *work_->busy_since);
      throw std::runtime_error("has not answered for " + std::to_string(hangs.count()) + " s");
    }
    // Half of what is left, so that the others have their time.
    const auto until = std::min(now + limit_, now + (scrape.deadline - now) / 2);
    work_->deadline = until;
    work_->busy_since = now;
    work_->asked = true;
    work_->changed.notify_all();
    if (!work_->changed.wait_until(lock, until, [&] { return !work_->busy_since; })) {
      throw std::runtime_error("has not answered in time");
    }
    samples.add(work_->samples);
    if (work_->failure) std::rethrow_exception(work_->failure);
  }

 private:
  const std::string_view name_;  // of static storage, as names of collectors are
  const milliseconds limit_;
  std::shared_ptr<Work> work_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Collector> on_own_thread(std::unique_ptr<Collector> collector, milliseconds limit) {
  return std::make_unique<OwnThread>(std::move(collector), limit);
}

}  // namespace seadragon::exporter
