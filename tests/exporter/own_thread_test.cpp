#include "exporter/own_thread.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>

#include <gtest/gtest.h>

#include "lib/src/catalog.h"
#include "tests/eventually.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What a collector waits for. Outlives it, as it may be left behind.
struct Gate {
  std::mutex mutex;
  std::condition_variable opened;
  bool is_open = true;

  void set(bool open) {
    {
      const std::lock_guard lock(mutex);
      is_open = open;
    }
    opened.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex);
    opened.wait(lock, [&] { return is_open; });
  }
};

class GatedCollector : public Collector {
 public:
  explicit GatedCollector(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}

  std::string_view name() const override { return "gated"; }
  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    gate_->wait();
    samples.add(metric("seadragon_server_up"), ++scrapes_, {"llm"});
    if (scrapes_ == 2) throw std::runtime_error("the second one fails");
  }

 private:
  std::shared_ptr<Gate> gate_;
  int scrapes_ = 0;
};

class OwnThreadTest : public testing::Test {
 protected:
  ~OwnThreadTest() override { gate_->set(true); }

  std::string failure_of(const monitoring::Scrape& scrape) {
    monitoring::Samples samples;
    try {
      collector_->collect(samples, scrape);
      return "";
    } catch (const std::runtime_error& failure) {
      return failure.what();
    }
  }

  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::unique_ptr<Collector> collector_ =
      on_own_thread(std::make_unique<GatedCollector>(gate_), milliseconds(200));
};

TEST_F(OwnThreadTest, IsTheCollectorItself) {
  EXPECT_EQ(collector_->name(), "gated");
  EXPECT_EQ(tests::value_of('\n' + page_of(*collector_), "seadragon_server_up{server=\"llm\"}"), 1);
}

TEST_F(OwnThreadTest, KeepsWhatWasAddedBeforeAFailure) {
  page_of(*collector_);
  monitoring::Samples samples;
  EXPECT_THROW(collector_->collect(samples, patient_scrape()), std::runtime_error);
  EXPECT_EQ(tests::value_of('\n' + samples.text(), "seadragon_server_up{server=\"llm\"}"), 2);
}

TEST_F(OwnThreadTest, IsNotWaitedForWhileItHangsAndDeliversWhenItAnswers) {
  gate_->set(false);
  EXPECT_EQ(failure_of(patient_scrape()), "has not answered in time");
  const auto start = steady_clock::now();
  EXPECT_EQ(failure_of(patient_scrape()), "has not answered for 0 s");
  EXPECT_LT(steady_clock::now() - start, milliseconds(100));
  gate_->set(true);
  EXPECT_TRUE(tests::eventually(
      [&] { return failure_of(patient_scrape()).find("has not answered") == std::string::npos; }));
}

TEST_F(OwnThreadTest, NeverTakesMoreThanHalfOfWhatTheScrapeHas) {
  gate_->set(false);
  const auto start = steady_clock::now();
  EXPECT_EQ(failure_of(scrape_within(milliseconds(50))), "has not answered in time");
  EXPECT_LT(steady_clock::now() - start, milliseconds(50));
}

TEST_F(OwnThreadTest, EndsAlthoughItHangs) {
  gate_->set(false);
  failure_of(patient_scrape());
  collector_.reset();
}

}  // namespace
}  // namespace seadragon::exporter
