#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

#include "exporter/config.h"
#include "exporter/exposition.h"
#include "exporter/proc/meminfo.h"
#include "exporter/proc/stat.h"
#include "exporter/proc/vmstat.h"
#include "lib/src/read_file.h"
#include "tests/mutator.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

using tests::Mutator;

template <typename Parse>
void parse_mutations(const std::string& folder, const std::string& ending, Parse parse) {
  Mutator mutator;
  std::size_t seeds = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.path().string().ends_with(ending)) continue;
    ++seeds;
    const std::string seed = read_file(file.path().string());
    for (int i = 0; i < 1000; ++i) parse(mutator.mutated(seed));
  }
  EXPECT_GT(seeds, 0U);
}

TEST(MutationTest, NoStatIsTakenApartWrongly) {
  parse_mutations("tests/fixtures", "/stat", [](const std::string& text) {
    EXPECT_TRUE(!parse_stat(text) || text.find("cpu") != std::string::npos);
  });
}

TEST(MutationTest, NoMeminfoHasMoreAvailableThanThereIs) {
  parse_mutations("tests/fixtures", "/meminfo", [](const std::string& text) {
    const auto memory = parse_meminfo(text);
    EXPECT_TRUE(!memory || memory->available_bytes <= memory->total_bytes);
  });
}

TEST(MutationTest, NoVmstatTellsOfKillsWithoutTheLine) {
  parse_mutations("tests/fixtures", "/vmstat", [](const std::string& text) {
    const auto vmstat = parse_vmstat(text);
    EXPECT_TRUE(!vmstat || !vmstat->oom_kills || text.find("oom_kill") != std::string::npos);
  });
}

TEST(MutationTest, NoPageYieldsSeriesOfAnotherName) {
  parse_mutations("tests/fixtures/pages", ".prom", [](const std::string& page) {
    for (const std::string_view name : {"seadragon_queue_length", "vllm:num_requests_running"}) {
      const auto found = find_series(page, name);
      if (!found) continue;
      for (const Series& series : *found) EXPECT_EQ(series.name, name);
    }
  });
}

TEST(MutationTest, NoConfigurationIsRefusedWithoutAMessage) {
  parse_mutations("tests/exporter/config", ".yml", [](const std::string& text) {
    try {
      parse_config(text, "exporter.yml");
    } catch (const std::runtime_error& refusal) {
      EXPECT_TRUE(std::string_view(refusal.what()).starts_with("exporter.yml:")) << refusal.what();
    }
  });
}

}  // namespace
}  // namespace seadragon::exporter
