// Where an endpoint listens, and what else than the page it answers.
#include <atomic>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/un.h>

#include "seadragon/monitoring/endpoint.h"
#include "tests/eventually.h"
#include "tests/temporary_folder.h"

namespace seadragon::monitoring {
namespace {

using testing::HasSubstr;
using tests::eventually;

std::unique_ptr<Endpoint> serve(EndpointOptions options) {
  return std::make_unique<Endpoint>(std::move(options), [](const Scrape&) {
    return ExpositionAnswer{.body = "page\n", .content_type = "text/plain", .gzip = false};
  });
}

std::unique_ptr<Endpoint> serve_at(const std::string& address) {
  EndpointOptions options;
  options.address = address;
  return serve(std::move(options));
}

/// Of an address as Endpoint::addresses() has it.
::httplib::Client client_of(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return ::httplib::Client(host, std::stoi(address.substr(colon + 1)));
}

int status_at(const std::string& address, const std::string& path = "/metrics") {
  const auto result = client_of(address).Get(path);
  return result ? result->status : 0;
}

/// What a client on the socket in the file system is answered; empty when nobody is there.
std::string ask_unix(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) {
    const std::string request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(::send(socket, request.data(), request.size(), 0),
              static_cast<ssize_t>(request.size()));
    char bytes[4096];
    for (ssize_t count; (count = ::recv(socket, bytes, sizeof bytes, 0)) > 0;) {
      answer.append(bytes, static_cast<std::size_t>(count));
    }
  }
  ::close(socket);
  return answer;
}

std::string refusal_of(const std::string& address) {
  try {
    serve_at(address);
  } catch (const std::runtime_error& refusal) {
    return refusal.what();
  }
  return "none";
}

TEST(EndpointAddressesTest, ListensOnSeveral) {
  const TemporaryFolder folder;
  const std::string path = folder.path("socket");
  const auto endpoint = serve_at("127.0.0.1:0, [::1]:0,unix:" + path);
  const std::vector<std::string>& addresses = endpoint->addresses();
  ASSERT_EQ(addresses.size(), 3U);
  EXPECT_EQ(endpoint->address(), addresses[0]);
  EXPECT_THAT(addresses[1], testing::StartsWith("[::1]:"));
  EXPECT_EQ(status_at(addresses[0]), 200);
  EXPECT_EQ(status_at(addresses[1]), 200);
  EXPECT_EQ(addresses[2], "unix:" + path);
  EXPECT_THAT(ask_unix(path), HasSubstr("page"));
}

TEST(EndpointAddressesTest, IsHeardOnEveryInterfaceWithoutAHost) {
  const auto endpoint = serve_at(":0");
  const std::string port = endpoint->address().substr(endpoint->address().rfind(':'));
  EXPECT_EQ(status_at("127.0.0.1" + port), 200);
  EXPECT_EQ(status_at("[::1]" + port), 200);
}

TEST(EndpointAddressesTest, TakesAllOrNone) {
  const auto endpoint = serve_at("127.0.0.1:0");
  EXPECT_EQ(refusal_of("127.0.0.1:0," + endpoint->address()),
            "cannot listen on " + endpoint->address() + ": Address already in use");
}

TEST(EndpointAddressesTest, ReplacesASocketThatADeadProcessLeft) {
  const TemporaryFolder folder;
  const std::string path = folder.path("socket");
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ::close(left);
  const auto endpoint = serve_at("unix:" + path);
  EXPECT_THAT(ask_unix(path), HasSubstr("page"));
  EXPECT_THAT(refusal_of("unix:" + path), HasSubstr("Address already in use"));
  EXPECT_THAT(ask_unix(path), HasSubstr("page"));
}

TEST(EndpointAddressesTest, LeavesAFileAloneThatIsNoSocket) {
  const TemporaryFolder folder;
  folder.write("file", "text");
  EXPECT_THAT(refusal_of("unix:" + folder.path("file")), HasSubstr("Address already in use"));
  EXPECT_TRUE(std::filesystem::exists(folder.path("file")));
}

TEST(EndpointAddressesTest, TakesItsSocketWithIt) {
  const TemporaryFolder folder;
  serve_at("unix:" + folder.path("socket")).reset();
  EXPECT_FALSE(std::filesystem::exists(folder.path("socket")));
}

TEST(EndpointAddressesTest, LeavesTheSocketOfItsSuccessorAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.path("socket");
  auto first = serve_at("unix:" + path);
  std::filesystem::remove(path);
  const auto second = serve_at("unix:" + path);
  first.reset();
  EXPECT_THAT(ask_unix(path), HasSubstr("page"));
}

TEST(EndpointAddressesTest, ListensOnceOnWhatIsThereTwice) {
  const auto endpoint = serve_at("127.0.0.1:0,127.0.0.1:0");
  EXPECT_EQ(endpoint->addresses().size(), 1U);
  endpoint->listen("127.0.0.1:0,127.0.0.1:0");
  EXPECT_EQ(endpoint->addresses().size(), 1U);
}

TEST(EndpointAddressesTest, RefusesAPathThatIsNone) {
  for (const char* path : {"", "metrics", "/", "/-/ready"}) {
    EndpointOptions options;
    options.address = "127.0.0.1:0";
    options.metrics_path = path;
    EXPECT_THROW(serve(options), std::runtime_error) << path;
  }
  EXPECT_THAT(refusal_of("unix:"), HasSubstr("a path is needed"));
}

TEST(EndpointAddressesTest, SaysThatSystemdHandedNothingOver) {
  EXPECT_THAT(refusal_of("systemd"), HasSubstr("it handed no socket over"));
}

TEST(EndpointAddressesTest, MovesWhileItServes) {
  const auto endpoint = serve_at("127.0.0.1:0");
  const std::string first = endpoint->address();
  endpoint->listen("127.0.0.1:0,[::1]:0");
  EXPECT_EQ(endpoint->address(), first) << "what is written the same stays";
  const std::string second = endpoint->addresses()[1];
  EXPECT_EQ(status_at(first), 200);
  EXPECT_EQ(status_at(second), 200);

  ::httplib::Client kept = client_of(first);
  kept.set_keep_alive(true);
  EXPECT_EQ(kept.Get("/-/healthy")->status, 200);
  endpoint->listen("[::1]:0");
  EXPECT_FALSE(kept.Get("/-/healthy")) << "connections end with the address they came through";
  EXPECT_EQ(endpoint->address(), second);
  EXPECT_EQ(status_at(second), 200);
  EXPECT_EQ(status_at(first), 0);

  EXPECT_THROW(endpoint->listen("256.0.0.1:0"), std::runtime_error);
  EXPECT_EQ(endpoint->address(), second);
  EXPECT_EQ(status_at(second), 200);
}

TEST(EndpointAddressesTest, SaysWhetherItIsReady) {
  const auto endpoint = serve_at("127.0.0.1:0");
  EXPECT_EQ(status_at(endpoint->address(), "/-/ready"), 200);
  endpoint->set_ready(false);
  EXPECT_EQ(status_at(endpoint->address(), "/-/ready"), 503);
  EXPECT_EQ(status_at(endpoint->address(), "/-/healthy"), 200);
  EXPECT_EQ(status_at(endpoint->address()), 200);
  endpoint->set_ready(true);
  EXPECT_EQ(status_at(endpoint->address(), "/-/ready"), 200);
}

TEST(EndpointAddressesTest, HasItsPageWhereItIsTold) {
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  options.metrics_path = "/own/metrics";
  const auto endpoint = serve(options);
  EXPECT_EQ(status_at(endpoint->address(), "/own/metrics"), 200);
  EXPECT_EQ(status_at(endpoint->address(), "/metrics"), 404);
  EXPECT_THAT(client_of(endpoint->address()).Get("/")->body, HasSubstr("href=\"own/metrics\""));
}

TEST(EndpointAddressesTest, ReloadsWhenItIsPostedTo) {
  std::atomic<int> reloads = 0;
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  options.reload = [&] {
    if (++reloads > 2) throw std::runtime_error("no more");
  };
  const auto endpoint = serve(options);
  ::httplib::Client client = client_of(endpoint->address());
  EXPECT_EQ(client.Post("/-/reload")->status, 200);
  EXPECT_EQ(client.Put("/-/reload", "", "text/plain")->status, 200);
  const auto failed = client.Post("/-/reload");
  EXPECT_EQ(failed->status, 500);
  EXPECT_EQ(failed->body, "Configuration unchanged: no more\n");
  EXPECT_EQ(client.Post("/-/reload", "body", "text/plain")->status, 413);
  const auto got = client.Get("/-/reload");
  EXPECT_EQ(got->status, 405);
  EXPECT_EQ(got->get_header_value("Allow"), "POST, PUT");
  EXPECT_EQ(client.Post("/metrics")->status, 405);
  EXPECT_EQ(reloads, 3);
}

TEST(EndpointAddressesTest, HasNoReloadUnlessItIsAskedFor) {
  const auto endpoint = serve_at("127.0.0.1:0");
  EXPECT_EQ(client_of(endpoint->address()).Post("/-/reload")->status, 405);
}

TEST(EndpointAddressesTest, TellsOfEveryAnswer) {
  std::mutex mutex;
  std::vector<std::pair<int, std::size_t>> answers;
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  options.on_answer = [&](int status, std::size_t bytes) {
    const std::lock_guard lock(mutex);
    answers.emplace_back(status, bytes);
  };
  const auto endpoint = serve(options);
  status_at(endpoint->address());
  status_at(endpoint->address(), "/none");
  client_of(endpoint->address()).Post("/metrics");
  const std::lock_guard lock(mutex);
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0], (std::pair<int, std::size_t>(200, 5)));
  EXPECT_EQ(answers[1].first, 404);
  EXPECT_EQ(answers[2].first, 405);
}

TEST(EndpointAddressesTest, LimitsTheScrapesAtTheSameTime) {
  std::atomic<bool> go_on = false;
  std::atomic<int> made = 0;
  EndpointOptions options;
  options.address = "127.0.0.1:0";
  options.max_requests = 1;
  Endpoint endpoint(options, [&](const Scrape&) {
    ++made;
    eventually([&] { return go_on.load(); });
    return ExpositionAnswer{.body = "page\n", .content_type = "text/plain", .gzip = false};
  });
  std::thread first([&] { EXPECT_EQ(status_at(endpoint.address()), 200); });
  EXPECT_TRUE(eventually([&] { return made > 0; }));
  const auto refused = client_of(endpoint.address()).Get("/metrics");
  EXPECT_EQ(refused->status, 503);
  EXPECT_THAT(refused->body, HasSubstr("Limit of 1 requests at the same time"));
  EXPECT_EQ(status_at(endpoint.address(), "/-/healthy"), 200);
  go_on = true;
  first.join();
  EXPECT_EQ(status_at(endpoint.address()), 200);
}

}  // namespace
}  // namespace seadragon::monitoring
