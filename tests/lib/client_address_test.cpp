#include "lib/src/client_address.h"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "seadragon/monitoring/http.h"
#include "seadragon/monitoring/monitor.h"
#include "tests/mutator.h"

namespace seadragon::monitoring::detail {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(IpAddressTest, ReadsHowServersAndProxiesWriteThem) {
  const auto ipv4 = parse_ip_address("192.0.2.7");
  ASSERT_TRUE(ipv4);
  EXPECT_EQ(parse_ip_address("192.0.2.7:4711"), ipv4);
  EXPECT_EQ(parse_ip_address("::ffff:192.0.2.7"), ipv4);
  EXPECT_EQ(parse_ip_address("[::ffff:192.0.2.7]:4711"), ipv4);
  const auto ipv6 = parse_ip_address("2001:db8::1");
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(parse_ip_address("[2001:db8::1]"), ipv6);
  EXPECT_EQ(parse_ip_address("[2001:DB8:0::1]:443"), ipv6);
  EXPECT_NE(ipv4, ipv6);
}

TEST(IpAddressTest, RefusesWhatIsNone) {
  using namespace std::string_literals;
  for (const std::string& text :
       {""s, "unknown"s, "192.0.2"s, "192.0.2.256"s, "192.0.2.7.8"s, "[2001:db8::1"s, "[::1]4711"s,
        "2001:db8::1::2"s, "fe80::1%eth0"s, "192.0.2.7\0"s, std::string(100, '1'), " 192.0.2.7"s}) {
    EXPECT_EQ(parse_ip_address(text), std::nullopt) << text;
  }
}

TEST(TrustedProxiesTest, BelieveNobodyWhenThereAreNone) {
  EXPECT_EQ(TrustedProxies({}).client("10.0.0.1", "192.0.2.7"), "10.0.0.1");
}

TEST(TrustedProxiesTest, TakeTheRightmostAddressThatIsNoProxy) {
  const TrustedProxies proxies({"10.0.0.0/8", "::1"});
  EXPECT_EQ(proxies.client("10.0.0.1", "192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(proxies.client("10.0.0.1", "198.51.100.9, 192.0.2.7,10.255.0.3"), "192.0.2.7");
  EXPECT_EQ(proxies.client("::1", "198.51.100.9,\t[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(proxies.client("::ffff:10.0.0.1", "192.0.2.7:4711"), "192.0.2.7");
}

TEST(TrustedProxiesTest, BelieveNoStranger) {
  EXPECT_EQ(TrustedProxies({"10.0.0.0/8"}).client("192.0.2.66", "10.0.0.1"), "192.0.2.66");
  EXPECT_EQ(TrustedProxies({"10.0.0.0/8"}).client("", "10.0.0.1"), "");
}

TEST(TrustedProxiesTest, StopAtWhatIsNoAddress) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client("10.0.0.1", "192.0.2.7, unknown, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(proxies.client("10.0.0.1", "192.0.2.7,"), "10.0.0.1");
  EXPECT_EQ(proxies.client("10.0.0.1", ""), "10.0.0.1");
}

TEST(TrustedProxiesTest, NameTheFirstOfAChainThatIsAllTrusted) {
  EXPECT_EQ(TrustedProxies({"10.0.0.0/8"}).client("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

TEST(TrustedProxiesTest, KnowTheEdgesOfANetwork) {
  const TrustedProxies proxies({"192.0.2.128/25", "2001:db8:8000::/33", "203.0.113.5/32"});
  const auto trusts = [&](const char* peer) {
    return proxies.client(peer, "1.2.3.4") == "1.2.3.4";
  };
  EXPECT_TRUE(trusts("192.0.2.128"));
  EXPECT_TRUE(trusts("192.0.2.255"));
  EXPECT_FALSE(trusts("192.0.2.127"));
  EXPECT_FALSE(trusts("192.0.3.128"));
  EXPECT_TRUE(trusts("2001:db8:8000::"));
  EXPECT_TRUE(trusts("2001:db8:ffff:ffff::1"));
  EXPECT_FALSE(trusts("2001:db8:7fff::1"));
  EXPECT_TRUE(trusts("203.0.113.5"));
  EXPECT_FALSE(trusts("203.0.113.4"));
}

TEST(TrustedProxiesTest, TrustEverybodyOnRequest) {
  EXPECT_EQ(TrustedProxies({"0.0.0.0/0"}).client("192.0.2.1", "x, 192.0.2.2"), "192.0.2.2");
  EXPECT_EQ(TrustedProxies({"0.0.0.0/0"}).client("2001:db8::1", "192.0.2.2"), "2001:db8::1");
  EXPECT_EQ(TrustedProxies({"::/0"}).client("192.0.2.1", "192.0.2.2"), "192.0.2.2");
}

TEST(TrustedProxiesTest, RefuseANetworkThatIsNone) {
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "proxy", "",
                           "::/129", "10.0.0.1:80", "[::1]"}) {
    EXPECT_THAT([&] { TrustedProxies({text}); },
                ThrowsMessage<std::invalid_argument>(HasSubstr('"' + std::string(text) + '"')));
  }
}

TEST(TrustedProxiesTest, AnswerPartsOfWhatTheyWereGivenWhateverThatIs) {
  const TrustedProxies proxies({"10.0.0.0/8", "2001:db8::/32", "::1"});
  tests::Mutator mutator;
  for (int i = 0; i < 20'000; ++i) {
    const std::string header =
        mutator.mutated("192.0.2.7, [2001:db8::1]:4711, 10.0.0.2,10.1.2.3:80, ::1");
    const std::string peer = i % 2 == 0 ? "10.0.0.1" : mutator.mutated("10.0.0.1");
    const std::string client(proxies.client(peer, header));
    EXPECT_TRUE(client == peer ||
                (header.find(client) != std::string::npos && parse_ip_address(client)))
        << peer << " and " << header << " gave " << client;
  }
}

TEST(HttpExchangeClientTest, IsWhomTrustedProxiesName) {
  Monitor monitor({.log = {.console = false, .file = ""}, .trusted_proxies = {"127.0.0.0/8"}});
  const auto client = [&](const char* peer) {
    const HttpExchange exchange(
        monitor, {.method = "GET", .path = "/", .client = peer, .forwarded_for = "192.0.2.7"});
    return std::string(exchange.client());
  };
  EXPECT_EQ(client("127.0.0.1"), "192.0.2.7");
  EXPECT_EQ(client("198.51.100.9"), "198.51.100.9");
}

}  // namespace
}  // namespace seadragon::monitoring::detail
