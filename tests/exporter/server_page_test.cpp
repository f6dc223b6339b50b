#include "exporter/server_page.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "lib/src/read_file.h"

namespace seadragon::exporter {
namespace {

using monitoring::detail::read_file;

/// What a page of another program holds; -1 for what its preset does not find there.
struct Numbers {
  double queue_length, active_requests, kv_cache_usage, prompt_tokens, completion_tokens;

  bool operator==(const Numbers&) const = default;
};

void PrintTo(const Numbers& numbers, std::ostream* out) {
  *out << numbers.queue_length << ' ' << numbers.active_requests << ' ' << numbers.kv_cache_usage
       << ' ' << numbers.prompt_tokens << ' ' << numbers.completion_tokens;
}

Numbers numbers_of(const std::string& page, const std::string& preset_name) {
  const std::string text = read_file("tests/fixtures/pages/" + page + ".prom");
  const Preset& preset = *find_preset(preset_name);
  const auto number = [&](const Quantity& quantity) {
    const auto found = find_number(text, quantity);
    return found ? found->value : -1;
  };
  return {number(preset.queue_length), number(preset.active_requests),
          number(preset.kv_cache_usage), number(preset.prompt_tokens),
          number(preset.completion_tokens)};
}

TEST(ServerPageTest, ReadsAServerThatLinksTheLibrary) {
  EXPECT_EQ(numbers_of("seadragon", "seadragon"), (Numbers{9, 5, 0.5, 1000, 100}));
}

TEST(ServerPageTest, ReadsVllmAddingUpItsEngines) {
  EXPECT_EQ(numbers_of("vllm", "vllm"), (Numbers{3, 21, 0.4167, 125300, 14100}));
}

TEST(ServerPageTest, ReadsVllmBeforeItRenamedItsCache) {
  EXPECT_EQ(numbers_of("vllm_old", "vllm"), (Numbers{1, 4, 0.25, -1, -1}));
}

// Two data-parallel ranks are added up; two ranks that share a model tell of the same requests, and
// the series of a priority is a part of the one without.
TEST(ServerPageTest, ReadsSglangOnceForAllRanksThatShareAModel) {
  EXPECT_EQ(numbers_of("sglang", "sglang"), (Numbers{4, 8, 0.375, 2000, 300}));
  EXPECT_EQ(numbers_of("sglang_underscore", "sglang"), (Numbers{4, 8, 0.375, 2000, 300}));
}

TEST(ServerPageTest, ReadsTheOthers) {
  EXPECT_EQ(numbers_of("llamacpp", "llamacpp"), (Numbers{5, 2, -1, 41002, 2048}));
  EXPECT_EQ(numbers_of("tgi", "tgi"), (Numbers{7, 4, -1, 4123, 990}));
  EXPECT_EQ(numbers_of("triton", "triton"), (Numbers{8, -1, -1, -1, -1}));
  EXPECT_EQ(numbers_of("triton-trtllm", "triton-trtllm"), (Numbers{4, 3, 0.625, -1, -1}));
  EXPECT_EQ(numbers_of("trtllm", "trtllm"), (Numbers{6, 8, 0.375, -1, -1}));
}

TEST(ServerPageTest, SaysWhichNameItFound) {
  const std::string page = read_file("tests/fixtures/pages/vllm_old.prom");
  EXPECT_EQ(find_number(page, find_preset("vllm")->kv_cache_usage)->metric,
            "vllm:gpu_cache_usage_perc");
}

TEST(ServerPageTest, NamesWhatIsMissing) {
  try {
    read_number("nv_trt_llm_request_metrics{request_type=\"max\"} 1\n",
                find_preset("triton-trtllm")->queue_length);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(),
                 "its page has no nv_trt_llm_request_metrics{request_type=\"waiting\"}");
  }
}

TEST(ServerPageTest, RefusesANeededSeriesThatIsNoNumber) {
  const Quantity& quantity = find_preset("tgi")->queue_length;
  for (const char* page : {"tgi_queue_size NaN\n", "tgi_queue_size +Inf\n", "tgi_queue_size x\n",
                           "tgi_queue_size{pid=\"1\"} 1\n"}) {
    EXPECT_THROW(find_number(page, quantity), std::runtime_error) << page;
  }
}

}  // namespace
}  // namespace seadragon::exporter
