#include "seadragon/monitoring/detail/httplib_headers.h"

#include <cctype>
#include <map>
#include <string>
#include <unordered_map>

#include <gtest/gtest.h>

namespace seadragon::monitoring::httplib::detail {
namespace {

// As cpp-httplib has them between 0.16 and 0.51: equal keys come in any order.
struct HashOfLowerCase {
  std::size_t operator()(const std::string& key) const {
    std::string lower;
    for (const char c : key) lower += static_cast<char>(std::tolower(c));
    return std::hash<std::string>{}(lower);
  }
};
struct EqualInLowerCase {
  bool operator()(const std::string& a, const std::string& b) const {
    return HashOfLowerCase{}(a) == HashOfLowerCase{}(b);
  }
};
using UnorderedHeaders =
    std::unordered_multimap<std::string, std::string, HashOfLowerCase, EqualInLowerCase>;

TEST(HttplibHeadersTest, JoinTheLinesOfForwardedForInTheirOrder) {
  ::httplib::Headers headers;
  headers.emplace("X-Forwarded-For", "6.6.6.6");
  headers.emplace("x-forwarded-for", "10.0.0.7, 10.0.0.8");
  EXPECT_EQ(KnownHeaders(headers).forwarded_for, "6.6.6.6,10.0.0.7, 10.0.0.8");
}

// The last line is the proxy's own; which one that is cannot be known.
TEST(HttplibHeadersTest, BelieveNoForwardedForWhoseLinesHaveNoOrder) {
  UnorderedHeaders headers;
  headers.emplace("X-Forwarded-For", "6.6.6.6");
  EXPECT_EQ(KnownHeaders(headers).forwarded_for, "6.6.6.6");
  headers.emplace("x-forwarded-for", "10.0.0.7");
  EXPECT_EQ(KnownHeaders(headers).forwarded_for, "");
  headers.emplace("x-forwarded-for", "10.0.0.8");
  EXPECT_EQ(KnownHeaders(headers).forwarded_for, "");
}

template <class Headers>
void serve_twice() {
  OwnHeader<Headers> own("X-Process-Time");
  for (const char* value : {"0.1", "0.2"}) {
    Headers headers;
    headers.emplace("Content-Type", "text/plain");
    own.add(headers, value);
    ASSERT_EQ(headers.count("X-Process-Time"), 1U);
    EXPECT_EQ(headers.find("X-Process-Time")->second, value);
    own.take_back(headers);
  }
}

TEST(HttplibHeadersTest, ServeOneResponseAfterTheOther) {
  serve_twice<::httplib::Headers>();
  serve_twice<UnorderedHeaders>();
  serve_twice<std::multimap<std::string, std::string>>();
}

template <class Headers>
void lose_and_find() {
  OwnHeader<Headers> own("X-Process-Time");
  {
    Headers headers;
    own.add(headers, "0.1");
    headers.erase("X-Process-Time");
    headers.emplace("X-Other", "1");
    own.take_back(headers);
    EXPECT_EQ(headers.size(), 1U);
  }
  Headers headers;
  own.add(headers, "0.2");
  EXPECT_EQ(headers.find("X-Process-Time")->second, "0.2");
}

TEST(HttplibHeadersTest, MayHaveBeenTakenOutMeanwhile) {
  lose_and_find<::httplib::Headers>();
  lose_and_find<UnorderedHeaders>();
}

}  // namespace
}  // namespace seadragon::monitoring::httplib::detail
