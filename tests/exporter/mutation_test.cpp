#include <filesystem>
#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

#include "exporter/config.h"
#include "exporter/exposition.h"
#include "exporter/proc/meminfo.h"
#include "exporter/proc/stat.h"
#include "exporter/read_file.h"

namespace seadragon::exporter {
namespace {

/// Damages a text in a few places: the same places in every run.
class Mutator {
 public:
  std::string mutated(std::string text) {
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
      const std::size_t place = below(text.size() + 1);
      switch (below(4)) {
        case 0:
          text.insert(place, 1, odd_byte());
          break;
        case 1:
          text.erase(place, below(20));
          break;
        case 2:
          if (place < text.size()) text[place] = odd_byte();
          break;
        case 3:
          text.insert(place, text.substr(below(text.size() + 1), below(200)));
          break;
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  char odd_byte() {
    using namespace std::string_view_literals;
    constexpr auto bytes = "\0\n\r\t {}[]\"'\\=,:#&*-+.0123456789eNx_\x7f\xc3\xff"sv;
    return bytes[below(bytes.size())];
  }

  std::mt19937 random_{20261123};
};

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
