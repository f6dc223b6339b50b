#include "lib/src/web_config.h"

#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

#include "lib/src/read_file.h"
#include "tests/temporary_folder.h"

namespace seadragon::monitoring::detail {
namespace {

const std::string folder = "tests/lib/web_config/";

std::vector<std::string> files(std::string_view ending) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) found.push_back(name);
  }
  return found;
}

/// "header_value.bad.yml" -> "header_value"
std::string test_name(const testing::TestParamInfo<std::string>& file) {
  return file.param.substr(0, file.param.find('.'));
}

class GoodWebConfigTest : public testing::TestWithParam<std::string> {};

TEST_P(GoodWebConfigTest, IsAccepted) { EXPECT_NO_THROW(read_web_config(folder + GetParam())); }

INSTANTIATE_TEST_SUITE_P(Files, GoodWebConfigTest, testing::ValuesIn(files(".good.yml")),
                         test_name);

class BadWebConfigTest : public testing::TestWithParam<std::string> {};

/// The first line of the file is a comment that holds the message after the file's name.
TEST_P(BadWebConfigTest, IsRefusedWithTheMessageInItsFirstLine) {
  const std::string path = folder + GetParam();
  const std::string text = read_file(path);
  ASSERT_TRUE(text.starts_with("# :")) << text;
  try {
    read_web_config(path);
    FAIL() << "accepted";
  } catch (const std::runtime_error& refusal) {
    EXPECT_EQ(refusal.what(), path + text.substr(2, text.find('\n') - 2));
  }
}

INSTANTIATE_TEST_SUITE_P(Files, BadWebConfigTest, testing::ValuesIn(files(".bad.yml")), test_name);

TEST(WebConfigTest, TakesEveryKey) {
  const WebConfig config = read_web_config(folder + "everything.good.yml");
  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->cert, read_file(folder + "server.crt"));
  EXPECT_EQ(config.tls->key, read_file(folder + "server.key"));
  EXPECT_EQ(config.tls->client_ca, read_file(folder + "clients.crt"));
  EXPECT_EQ(config.tls->client_auth, TlsConfig::ClientAuth::require_and_verify);
  EXPECT_EQ(config.tls->client_allowed_sans,
            (std::vector<std::string>{"prometheus.example", "10.0.0.7"}));
  EXPECT_EQ(config.tls->ciphers, "ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(config.tls->groups, "X25519:P-256");
  EXPECT_FALSE(config.tls->prefers_server_ciphers);
  EXPECT_EQ(config.users.size(), 2U);
  EXPECT_EQ(config.headers,
            "Strict-Transport-Security: max-age=31536000\r\n"
            "X-Frame-Options: deny\r\nX-Content-Type-Options: nosniff\r\n");
  EXPECT_EQ(config.rate_limit.interval, std::chrono::milliseconds(100));
  EXPECT_EQ(config.rate_limit.burst, 10);
  EXPECT_EQ(config.files.size(), 4U);
}

TEST(WebConfigTest, IsOpenToAllWhenTheFileSaysNothing) {
  const WebConfig config = read_web_config(folder + "empty.good.yml");
  EXPECT_FALSE(config.tls);
  EXPECT_TRUE(config.users.empty());
  EXPECT_EQ(config.headers, "");
  EXPECT_EQ(config.rate_limit.interval.count(), 0);
}

TEST(WebConfigTest, ReadsDurationsAsGoWritesThem) {
  const TemporaryFolder temporary;
  const auto read = [&](const std::string& text) {
    temporary.write("web.yml", "rate_limit: {interval: \"" + text + "\"}\n");
    return read_web_config(temporary.path("web.yml")).rate_limit.interval;
  };
  EXPECT_EQ(read("0"), std::chrono::seconds(0));
  EXPECT_EQ(read("1.5s"), std::chrono::milliseconds(1500));
  EXPECT_EQ(read("1m30s"), std::chrono::seconds(90));
  EXPECT_EQ(read("250µs"), std::chrono::microseconds(250));
  for (const char* bad : {"", "1", "s", "-1s", "1s ", "1d", "1s2", "99999h", "1e3s", "infs"}) {
    EXPECT_THROW(read(bad), std::runtime_error) << bad;
  }
}

TEST(WebConfigTest, LeavesTls12NoSuiteWhereOnlyThoseOfTls13AreNamed) {
  const TemporaryFolder temporary;
  temporary.write(
      "web.yml", "tls_server_config: {cert: a, key: b, cipher_suites: [TLS_AES_128_GCM_SHA256]}\n");
  const WebConfig config = read_web_config(temporary.path("web.yml"));
  EXPECT_FALSE(config.tls->allows_tls12);
  EXPECT_TRUE(config.tls->allows_tls13);
}

TEST(WebConfigTest, FindsTheHashThatTakesTheLongest) {
  EXPECT_EQ(costliest_hash({{"a", "$2y$04$x"}, {"b", "$2y$12$y"}, {"c", "$2y$05$z"}}), "$2y$12$y");
}

}  // namespace
}  // namespace seadragon::monitoring::detail
