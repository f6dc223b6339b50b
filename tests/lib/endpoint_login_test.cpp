// Users of an endpoint, and how many requests it takes.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/eventually.h"
#include "tests/lib/endpoint_access.h"
#include "tests/lib/tcp_client.h"

namespace seadragon::tests {
namespace {

using testing::HasSubstr;

using EndpointLoginTest = EndpointAccess;

TEST_F(EndpointLoginTest, LetsInWhoHasAPassword) {
  start(users_);
  ::httplib::Client user = client();
  for (const char* path : {"/metrics", "/", "/-/healthy"}) {
    const auto refused = user.Get(path);
    EXPECT_EQ(status_of(refused), 401) << path;
    EXPECT_EQ(refused->get_header_value("WWW-Authenticate"), "Basic realm=\"metrics\"");
  }
  user.set_basic_auth("alice", "wrong");
  EXPECT_EQ(status_of(user.Get("/metrics")), 401);
  user.set_basic_auth("bob", "secret");
  EXPECT_EQ(status_of(user.Get("/metrics")), 401);
  user.set_basic_auth("alice", "secret");
  EXPECT_EQ(status_of(user.Get("/metrics")), 200);
  EXPECT_EQ(status_of(user.Get("/-/healthy")), 200);
}

TEST_F(EndpointLoginTest, ForgetsAUserWhoIsTakenOutOfTheFile) {
  start(users_);
  ::httplib::Client user = client();
  user.set_keep_alive(true);
  user.set_basic_auth("alice", "secret");
  EXPECT_EQ(status_of(user.Get("/metrics")), 200);
  std::string other = users_;
  other.replace(other.find("alice"), 5, "carol");
  folder_.write("web.yml", other);
  EXPECT_TRUE(eventually([&] { return status_of(user.Get("/metrics")) == 401; }));
}

TEST_F(EndpointLoginTest, ServesAKnownUserWhileOthersGuessPasswords) {
  start(users_);
  ::httplib::Client user = client();
  user.set_basic_auth("alice", "secret");
  ASSERT_EQ(status_of(user.Get("/metrics")), 200);
  std::atomic<bool> stop = false;
  std::atomic<int> let_in = 0, refused = 0;
  std::vector<std::thread> guessers;
  for (int i = 0; i < 8; ++i) {
    guessers.emplace_back([&, i] {
      ::httplib::Client guesser = client();
      for (int n = 0; !stop; ++n) {
        guesser.set_basic_auth("alice", std::to_string(i) + ' ' + std::to_string(n));
        const int status = status_of(guesser.Get("/metrics"));
        let_in += status == 200;
        refused += status == 401 || status == 503;
      }
    });
  }
  int served = 0;
  EXPECT_TRUE(eventually([&] {
    served += status_of(user.Get("/metrics")) == 200;
    return refused > 50 && served > 50;
  })) << served
      << " served, " << refused << " refused";
  stop = true;
  for (std::thread& guesser : guessers) guesser.join();
  EXPECT_EQ(let_in, 0);
}

TEST_F(EndpointLoginTest, KeepsToItsRate) {
  start("rate_limit: {interval: 1h, burst: 2}\n");
  ::httplib::Client scraper = client();
  EXPECT_EQ(status_of(scraper.Get("/metrics")), 200);
  EXPECT_EQ(status_of(scraper.Get("/metrics")), 200);
  const auto refused = scraper.Get("/metrics");
  EXPECT_EQ(status_of(refused), 429);
  EXPECT_EQ(refused->get_header_value("Retry-After"), "1");
}

TEST_F(EndpointLoginTest, LetsAUserInForTheFirstTimeWhileOthersGuess) {
  start(users_);
  std::atomic<bool> stop = false;
  std::atomic<int> guesses = 0;
  std::vector<std::thread> guessers;
  for (int i = 0; i < 8; ++i) {
    guessers.emplace_back([&, i] {
      ::httplib::Client guesser = client();
      guesser.set_basic_auth("guesser" + std::to_string(i), "no");
      while (!stop) guesses += status_of(guesser.Get("/metrics")) == 401;
    });
  }
  EXPECT_TRUE(eventually([&] { return guesses > 20; }));
  ::httplib::Client user = client();
  user.set_basic_auth("alice", "secret");
  EXPECT_EQ(status_of(user.Get("/metrics")), 200);
  stop = true;
  for (std::thread& guesser : guessers) guesser.join();
}

TEST_F(EndpointLoginTest, BeginsAnewWhenTheRateChanges) {
  start("rate_limit: {interval: 24h, burst: 1}\n");
  ::httplib::Client scraper = client();
  EXPECT_EQ(status_of(scraper.Get("/metrics")), 200);
  EXPECT_EQ(status_of(scraper.Get("/metrics")), 429);
  folder_.write("web.yml", "rate_limit: {interval: 1ms, burst: 1000000000}\n");
  EXPECT_TRUE(eventually([&] { return status_of(scraper.Get("/metrics")) == 429; }));
  folder_.write("web.yml", "rate_limit: {interval: 24h, burst: 100000000}\n");
  EXPECT_TRUE(eventually([&] { return status_of(scraper.Get("/metrics")) == 200; }));
}

}  // namespace
}  // namespace seadragon::tests
