// Names whose look-up hangs or finds what a test wants: getaddrinfo() below stands before libc's.

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include "exporter/http_client.h"
#include "tests/eventually.h"
#include "tests/exporter/servers.h"

namespace seadragon::exporter {
namespace {

using namespace std::chrono_literals;

std::mutex mutex;
std::condition_variable released;
bool hang = false;
std::map<std::string, int> under_way;  // look-ups of a name in this moment

/// While it lives, look-ups of "hung..." do not end.
class HungNames {
 public:
  HungNames() {
    const std::lock_guard lock(mutex);
    hang = true;
  }
  ~HungNames() {
    {
      const std::lock_guard lock(mutex);
      hang = false;
    }
    released.notify_all();
    EXPECT_TRUE(tests::eventually([] {
      const std::lock_guard lock(mutex);
      return under_way.empty();
    }));
  }
  HungNames(const HungNames&) = delete;
  HungNames& operator=(const HungNames&) = delete;
};

int count_of(const std::string& name) {
  const std::lock_guard lock(mutex);
  const auto place = under_way.find(name);
  return place == under_way.end() ? 0 : place->second;
}

int wait_for_release(const std::string& name) {
  std::unique_lock lock(mutex);
  ++under_way[name];
  released.wait(lock, [] { return !hang; });
  if (--under_way[name] == 0) under_way.erase(name);
  return EAI_AGAIN;
}

using GetAddrInfo = int(const char*, const char*, const addrinfo*, addrinfo**);

}  // namespace
}  // namespace seadragon::exporter

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using namespace seadragon::exporter;
  static auto* const real = reinterpret_cast<GetAddrInfo*>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string_view asked = name == nullptr ? "" : name;
  if (asked.starts_with("hung")) return wait_for_release(name);
  if (asked == "nobody.test") return EAI_NONAME;
  if (asked != "two.test") return real(name, service, hints, found);
  const int error = real("127.0.0.2", service, hints, found);
  return error != 0 ? error : real("127.0.0.1", service, hints, &(*found)->ai_next);
}

namespace seadragon::exporter {
namespace {

/// Listens, and has so many connections waiting that the kernel drops the packets of new ones.
class FullServer {
 public:
  FullServer(const char* host, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, host, &address.sin_addr);
    const auto* const name = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(::bind(sockets_[0], name, sizeof address), 0);
    ::listen(sockets_[0], 0);
    for (std::size_t i = 1; i < sockets_.size(); ++i) ::connect(sockets_[i], name, sizeof address);
  }
  ~FullServer() {
    for (const int socket : sockets_) ::close(socket);
  }
  FullServer(const FullServer&) = delete;
  FullServer& operator=(const FullServer&) = delete;

 private:
  static int make() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }
  const std::array<int, 4> sockets_{make(), make(), make(), make()};  // the listener first
};

HttpRequest request_for(const std::string& host, int port, std::chrono::milliseconds time = 20s) {
  return {.url = "http://" + host + ":" + std::to_string(port) + "/metrics",
          .limits = {.time = time, .body_bytes = 1000}};
}

HttpOutcome outcome_of(const HttpRequest& request, const std::stop_token& stop = {}) {
  return HttpClient().get_all({&request, 1}, stop).front();
}

TEST(HttpClientNamesTest, TriesAllAddressesOfAName) {
  const PageServer server("x 1\n");
  EXPECT_EQ(outcome_of(request_for("two.test", server.port())).body, "x 1\n");
  EXPECT_EQ(outcome_of(request_for("localhost", server.port())).body, "x 1\n");
}

TEST(HttpClientNamesTest, LeavesTimeForTheAddressesAfterOneThatSwallowsAll) {
  const PageServer server("x 1\n");
  const FullServer swallows("127.0.0.2", server.port());
  EXPECT_EQ(outcome_of(request_for("127.0.0.2", server.port(), 100ms)).failure,
            "no connection within 100 ms");
  EXPECT_EQ(outcome_of(request_for("two.test", server.port(), 1000ms)).body, "x 1\n");
}

TEST(HttpClientNamesTest, TellsThatNoAddressOfANameListens) {
  int port = 0;
  {
    const SilentServer gone;
    port = gone.port();
  }
  EXPECT_EQ(outcome_of(request_for("two.test", port)).failure, "Connection refused");
}

TEST(HttpClientNamesTest, TellsThatANameIsNotKnown) {
  EXPECT_EQ(outcome_of(request_for("nobody.test", 80)).failure,
            "nobody.test: Name or service not known");
}

TEST(HttpClientNamesTest, LeavesALookUpThatHangsAndReadsTheOthers) {
  const HungNames names;
  const PageServer good("x 1\n");
  const std::vector<HttpRequest> requests = {request_for("hung.test", 80, 100ms),
                                             request_for("127.0.0.1", good.port())};
  const auto outcomes = HttpClient().get_all(requests, {});
  EXPECT_EQ(outcomes[0].failure, "no address within 100 ms");
  EXPECT_EQ(outcomes[1].body, "x 1\n");
}

TEST(HttpClientNamesTest, LeavesOneThreadBehindForEachName) {
  const HungNames names;
  for (int i = 0; i < 3; ++i) {
    const std::vector<HttpRequest> requests = {request_for("hung-a.test", 80, 20ms),
                                               request_for("hung-a.test", 81, 20ms),
                                               request_for("hung-b.test", 80, 20ms)};
    for (const HttpOutcome& outcome : HttpClient().get_all(requests, {})) {
      EXPECT_EQ(outcome.failure, "no address within 20 ms");
    }
  }
  for (const char* const name : {"hung-a.test", "hung-b.test"}) {
    EXPECT_TRUE(tests::eventually([&] { return count_of(name) > 0; }));
    EXPECT_EQ(count_of(name), 1);
  }
}

TEST(HttpClientNamesTest, TellsAllWhoWaitForTheSameName) {
  std::vector<HttpOutcome> outcomes;
  std::thread asking;
  {
    const HungNames names;
    asking = std::thread([&] {
      const std::vector<HttpRequest> requests = {request_for("hung-c.test", 80),
                                                 request_for("hung-c.test", 81)};
      outcomes = HttpClient().get_all(requests, {});
    });
    EXPECT_TRUE(tests::eventually([] { return count_of("hung-c.test") == 1; }));
  }
  asking.join();
  for (const HttpOutcome& outcome : outcomes) {
    EXPECT_EQ(outcome.failure, "hung-c.test: Temporary failure in name resolution");
  }
}

TEST(HttpClientNamesTest, StopsInTheMiddleOfALookUp) {
  const HungNames names;
  std::stop_source stop;
  const std::jthread stopper([&] {
    EXPECT_TRUE(tests::eventually([] { return count_of("hung-d.test") == 1; }));
    stop.request_stop();
  });
  EXPECT_EQ(outcome_of(request_for("hung-d.test", 80), stop.get_token()).failure, "stopped");
}

}  // namespace
}  // namespace seadragon::exporter
