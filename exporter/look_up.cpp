#include "exporter/look_up.h"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

#include "lib/src/signals_blocked.h"

namespace seadragon::exporter {
namespace {

struct UnderWay {
  std::mutex mutex;
  std::map<std::string, std::vector<const LookUp*>> waiting;  // a thread for each name
};

UnderWay& under_way() {
  // Never destroyed: a thread that was left behind comes back to it even while the process ends.
  static UnderWay& all = *new UnderWay;
  return all;
}

Addresses ask(const std::string& name) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &first);
  if (error != 0) return {.found = {}, .failure = name + ": " + ::gai_strerror(error)};

  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(first, ::freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text;
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      addresses.found.emplace_back(text.data());
    }
  }
  if (addresses.found.empty()) addresses.failure = name + ": no address";
  return addresses;
}

}  // namespace

LookUp::LookUp(const std::string& name, Told told) : name_(name), told_(std::move(told)) {
  auto& [mutex, waiting] = under_way();
  const std::lock_guard lock(mutex);
  const auto [place, is_new] = waiting.try_emplace(name);
  place->second.push_back(this);
  if (!is_new) return;
  try {
    const monitoring::detail::SignalsBlocked for_the_new_thread;
    std::thread([name] { run(name); }).detach();
  } catch (...) {
    waiting.erase(place);
    throw;
  }
}

LookUp::~LookUp() {
  auto& [mutex, waiting] = under_way();
  const std::lock_guard lock(mutex);
  const auto place = waiting.find(name_);
  if (place != waiting.end()) std::erase(place->second, this);
}

void LookUp::run(const std::string& name) {
  const Addresses addresses = ask(name);
  auto& [mutex, waiting] = under_way();
  const std::lock_guard lock(mutex);
  const auto waited = waiting.extract(name);
  for (const LookUp* const each : waited.mapped()) each->told_(addresses);
}

}  // namespace seadragon::exporter
