#include "lib/src/strict_yaml.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace seadragon::monitoring::detail {
namespace {

YamlValue parse(const std::string& text) { return YamlValue::parse(text, "file.yml"); }

template <typename Read>
std::string refusal_of(const std::string& text, const Read& read) {
  try {
    read(parse(text));
  } catch (const std::runtime_error& refusal) {
    return refusal.what();
  }
  return "none";
}

TEST(StrictYamlTest, ReadsWhatItKnows) {
  std::string name;
  bool is_on = false;
  int number = 0;
  std::vector<std::string> list;
  parse("name: a\non: true\nnumber: 7\nlist: [x, y]\nnothing:\n")
      .read({{"name", [&](const YamlValue& value) { name = value.text(); }},
             {"on", [&](const YamlValue& value) { is_on = value.flag(); }},
             {"number", [&](const YamlValue& value) { number = value.whole(); }},
             {"nothing", [&](const YamlValue& value) { EXPECT_TRUE(value.items().empty()); }},
             {"list", [&](const YamlValue& value) {
                for (const YamlValue& item : value.items()) list.push_back(item.text());
              }}});
  EXPECT_EQ(name, "a");
  EXPECT_TRUE(is_on);
  EXPECT_EQ(number, 7);
  EXPECT_EQ(list, (std::vector<std::string>{"x", "y"}));
}

TEST(StrictYamlTest, NamesThePlaceOfWhatItDoesNotKnow) {
  const auto read = [](const YamlValue& document) {
    document.read({{"outer", [](const YamlValue& value) {
                      value.read({{"inner", [](const YamlValue&) {}}});
                    }}});
  };
  EXPECT_EQ(refusal_of("\nouter:\n  iner: 1\n", read),
            "file.yml:3: unknown key \"outer.iner\", did you mean \"outer.inner\"?");
  EXPECT_EQ(refusal_of("elsewhere: 1\n", read),
            "file.yml:1: unknown key \"elsewhere\"; known are outer");
  EXPECT_EQ(refusal_of("outer: 1\n", read), "file.yml:1: keys expected; known are outer.inner");
}

TEST(StrictYamlTest, RefusesAValueOfAnotherKind) {
  const auto with = [](void (*read)(const YamlValue&)) {
    return [read](const YamlValue& document) { document.read({{"key", read}}); };
  };
  EXPECT_EQ(refusal_of("key: [1]", with([](const YamlValue& value) { value.text(); })),
            "file.yml:1: key must be a single value");
  EXPECT_EQ(refusal_of("key: maybe", with([](const YamlValue& value) { value.flag(); })),
            "file.yml:1: key must be true or false, not \"maybe\"");
  EXPECT_EQ(refusal_of("key: -1", with([](const YamlValue& value) { value.whole(); })),
            "file.yml:1: key must be a whole number, not \"-1\"");
  EXPECT_EQ(refusal_of("key: 1", with([](const YamlValue& value) { value.items(); })),
            "file.yml:1: key must be a list");
  EXPECT_EQ(refusal_of("key: 1", with([](const YamlValue& value) { value.entries(); })),
            "file.yml:1: key must have keys");
}

TEST(StrictYamlTest, FollowsAliasesButNotForEver) {
  const auto read = [](const YamlValue&) {};
  EXPECT_EQ(refusal_of("a: &a [1]\nb: *a\n", read), "none");
  EXPECT_EQ(refusal_of("a: &a\n  b: *a\n", read), "file.yml:1: nested too deeply");
  std::string bomb = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "k" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before +
            ", " + before + ", " + before + ", " + before + ", " + before + "]\n";
  }
  EXPECT_NE(refusal_of(bomb, read).find("too many values"), std::string::npos);
}

}  // namespace
}  // namespace seadragon::monitoring::detail
