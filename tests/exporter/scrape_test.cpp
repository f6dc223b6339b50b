#include "exporter/scrape.h"

#include <chrono>
#include <stdexcept>

#include <gtest/gtest.h>

#include "exporter/collectors/collectors.h"
#include "lib/src/version.h"
#include "tests/exporter/scrapes.h"
#include "tests/metrics_page.h"
#include "tests/temporary_folder.h"

namespace seadragon::exporter {
namespace {

using tests::value_of;

constexpr std::string_view good_meminfo = "MemTotal: 8 kB\nMemAvailable: 4 kB\n";
constexpr std::string_view good_stat = "cpu 1 2 3 4 5 6 7 8\n";

/// The real collectors on a machine whose files come and go.
class ScraperTest : public testing::Test {
 protected:
  ScraperTest() {
    proc_.write("stat", good_stat);
    proc_.write("meminfo", good_meminfo);
  }

  std::string scrape() { return scraper_.page(patient_scrape()).body; }
  std::string scrape(std::string_view query) {
    monitoring::Scrape scrape = patient_scrape();
    scrape.request.query = query;
    return scraper_.page(scrape).body;
  }
  std::string scrape_asked_at(std::chrono::steady_clock::time_point asked) {
    monitoring::Scrape scrape = patient_scrape();
    scrape.asked = asked;
    return scraper_.page(scrape).body;
  }

  TemporaryFolder proc_;
  std::vector<std::string> log_;

 private:
  std::vector<std::unique_ptr<Collector>> collectors() const {
    std::vector<std::unique_ptr<Collector>> list;
    list.push_back(make_cpu_collector(ProcFiles(proc_.path()), false));
    list.push_back(make_memory_collector(ProcFiles(proc_.path())));
    return list;
  }

  Scraper scraper_{collectors(),
                   [this](std::string_view collector, const std::optional<std::string>& failure) {
                     log_.push_back(std::string(collector) + ": " + failure.value_or("good"));
                   }};
};

TEST_F(ScraperTest, ReportsSuccessAndDurationOfEveryCollector) {
  const std::string page = scrape();
  EXPECT_EQ(value_of(page, "seadragon_exporter_collector_success{collector=\"cpu\"}"), 1);
  EXPECT_EQ(value_of(page, "seadragon_exporter_collector_success{collector=\"memory\"}"), 1);
  for (const std::string name : {"cpu", "memory"}) {
    const auto seconds =
        value_of(page, "seadragon_exporter_collector_duration_seconds{collector=\"" + name + "\"}");
    ASSERT_TRUE(seconds) << page;
    EXPECT_GT(*seconds, 0);
    EXPECT_LT(*seconds, 10);
  }
  EXPECT_TRUE(log_.empty());
}

TEST_F(ScraperTest, SaysWhatWasBuilt) {
  EXPECT_EQ(value_of(scrape(),
                     "seadragon_build_info{version=\"" + std::string(monitoring::version) + "\"}"),
            1);
}

TEST_F(ScraperTest, LosesOnlyTheCollectorThatFails) {
  proc_.remove("stat");
  const std::string page = scrape();
  EXPECT_EQ(value_of(page, "seadragon_exporter_collector_success{collector=\"cpu\"}"), 0);
  EXPECT_EQ(value_of(page, "seadragon_exporter_collector_success{collector=\"memory\"}"), 1);
  EXPECT_EQ(value_of(page, "seadragon_host_memory_total_bytes"), 8192);
  EXPECT_EQ(page.find("seadragon_host_cpu_seconds_total"), std::string::npos);
}

TEST_F(ScraperTest, LogsAFailureOnceAndItsEndOnce) {
  proc_.remove("meminfo");
  scrape();
  scrape();
  EXPECT_EQ(log_, std::vector<std::string>(
                      {"memory: " + proc_.path("meminfo") + ": No such file or directory"}));
  proc_.write("meminfo", good_meminfo);
  scrape();
  scrape();
  ASSERT_EQ(log_.size(), 2U);
  EXPECT_EQ(log_.back(), "memory: good");
}

TEST_F(ScraperTest, KeepsNothingFromAnEarlierScrape) {
  scrape();
  proc_.write("meminfo", "MemTotal: 16 kB\nMemAvailable: 4 kB\n");
  const std::string page = scrape();
  EXPECT_EQ(value_of(page, "seadragon_host_memory_total_bytes"), 16384);
  EXPECT_EQ(page.find("8192"), std::string::npos);
}

TEST_F(ScraperTest, SharesAGatheringThatWasUnderWayWhenItWasAskedFor) {
  const auto before = std::chrono::steady_clock::now();
  scrape();
  proc_.write("meminfo", "MemTotal: 16 kB\nMemAvailable: 4 kB\n");
  EXPECT_EQ(value_of(scrape_asked_at(before), "seadragon_host_memory_total_bytes"), 8192);
  EXPECT_EQ(value_of(scrape(), "seadragon_host_memory_total_bytes"), 16384);
}

TEST_F(ScraperTest, RunsTheCollectorsThatTheQueryNames) {
  const std::string memory = "seadragon_host_memory_total_bytes";
  const std::string success = "seadragon_exporter_collector_success{collector=\"cpu\"}";
  EXPECT_EQ(value_of(scrape("collect[]=cpu"), memory), std::nullopt);
  EXPECT_EQ(value_of(scrape("collect%5B%5D=cpu"), success), 1);
  EXPECT_EQ(value_of(scrape("exclude[]=cpu"), memory), 8192);
  EXPECT_EQ(value_of(scrape("exclude[]=cpu"), success), std::nullopt);
  EXPECT_EQ(value_of(scrape("collect[]=cpu&collect[]=memory"), memory), 8192);
}

TEST_F(ScraperTest, RefusesToRunCollectorsThatAreNone) {
  EXPECT_THROW(scrape("collect[]=floppy"), std::invalid_argument);
  EXPECT_THROW(scrape("collect[]=cpu&exclude[]=memory"), std::invalid_argument);
}

TEST_F(ScraperTest, DoesNotShareAGatheringOfOtherCollectors) {
  const auto before = std::chrono::steady_clock::now();
  scrape("collect[]=cpu");
  EXPECT_EQ(value_of(scrape_asked_at(before), "seadragon_host_memory_total_bytes"), 8192);
}

}  // namespace
}  // namespace seadragon::exporter
