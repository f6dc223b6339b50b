#include "lib/src/label_table.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

struct Entry {
  std::string value;
};

std::unique_ptr<Entry> make(std::string_view value) {
  return std::make_unique<Entry>(Entry{std::string(value)});
}

TEST(LabelTableTest, GivesTheSameEntryForTheSameValue) {
  LabelTable<Entry> table(4, make);
  Entry& first = table.find("a");
  EXPECT_EQ(first.value, "a");
  EXPECT_EQ(&table.find("a"), &first);
  EXPECT_NE(&table.find("b"), &first);
}

TEST(LabelTableTest, GivesOtherBeyondTheCapAndKeepsTheFirst) {
  LabelTable<Entry> table(2, make);
  Entry& a = table.find("a");
  table.find("b");
  Entry& c = table.find("c");
  EXPECT_EQ(c.value, "other");
  EXPECT_EQ(&table.find("d"), &c);
  EXPECT_EQ(&table.find("a"), &a);
}

TEST(LabelTableTest, GivesANamelessEntryWhenNoneCanBeMade) {
  LabelTable<Entry> table(2, [](std::string_view) -> std::unique_ptr<Entry> {
    throw std::length_error("no cells are left");
  });
  EXPECT_EQ(table.find("a").value, "");
}

TEST(LabelTableTest, AgreesBetweenThreads) {
  constexpr int values = 64;
  std::atomic<int> made = 0;
  LabelTable<Entry> table(values, [&](std::string_view value) {
    ++made;
    return make(value);
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&table, t] {
      for (int i = 0; i < values; ++i) {
        const std::string value = std::to_string((i + 16 * t) % values);
        ASSERT_EQ(table.find(value).value, value);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, values);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
