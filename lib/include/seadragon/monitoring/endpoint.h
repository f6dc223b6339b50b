/// Serves a metrics page over HTTP on threads of its own, whatever its clients do.
///
///   Exposition page;
///   page.add(registry);
///   Endpoint endpoint({"127.0.0.1:10300"},
///                     [&](const Scrape& scrape) { return page.answer(scrape.request); });
///
/// Paths: the metrics page at /metrics, a landing page at /, /-/healthy and /-/ready; GET and HEAD.
/// Silent, slow or flooding clients cannot stop a scrape: each phase of a connection has an
/// absolute deadline, and when all places are taken the busiest peer loses one. Nor can a page that
/// takes long: it is made on a second thread, and everything else is answered meanwhile.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "seadragon/monitoring/exposition.h"

namespace seadragon::monitoring {

struct EndpointOptions {
  /// host:port, [IPv6]:port or unix:/path; several are separated by commas. Port 0 takes a free
  /// one, no host means every interface, and `systemd` all sockets that systemd handed over
  /// (systemd.socket(5)). By default reachable from this machine only: whoever can read the page
  /// knows all models and routes.
  std::string address = "127.0.0.1:10300";
  std::string title = "Seadragon monitoring";      ///< Heading of the landing page.
  std::string metrics_path = "/metrics";           ///< Where the page is.
  std::size_t max_connections = 64;                ///< At least 1; with TLS half as many.
  std::size_t max_requests = 0;                    ///< For the page at the same time, further ones
                                                   ///< get 503; 0: no limit of their own.
  std::chrono::milliseconds header_timeout{5000};  ///< To receive a request; with TLS twice.
  std::chrono::milliseconds write_timeout{10000};  ///< To send an answer.
  std::chrono::milliseconds idle_timeout{75000};   ///< Between two requests.

  /// A file in the format of the Prometheus exporters: TLS with or without certificates of clients,
  /// users with bcrypt hashes, headers, a rate limit (docs/endpoint.md). Read again when it, or a
  /// certificate that it names, changes; a bad one, or one that takes TLS or all users away, leaves
  /// everything as it was. Empty: everybody may, in plain HTTP.
  std::string web_config_file = {};

  /// Called by POST or PUT /-/reload, on the thread of the page; what it throws is answered with
  /// 500. Without it there is no such path. Like the page and the functions below it must not end
  /// or replace its own endpoint.
  std::function<void()> reload = {};

  /// Told what went wrong while serving, such as a bad web_config_file. On the endpoint's thread.
  std::function<void(const std::string& what)> on_error = {};

  /// Told of every answer: its status and the bytes of its body. On the endpoint's thread.
  std::function<void(int status, std::size_t bytes)> on_answer = {};

  /// Told with TLS when the certificate expires, or one of its chain before it: by the constructor,
  /// then on the endpoint's thread whenever it was renewed and the next connection comes.
  std::function<void(
      std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds> expiry)>
      on_certificate = {};
};

/// One request for the page.
struct Scrape {
  /// When the request was received. It may have waited since, for a page that was being made.
  std::chrono::steady_clock::time_point asked = std::chrono::steady_clock::now();

  /// When the scraper gives up: from X-Prometheus-Scrape-Timeout-Seconds, else 10 s after it asked.
  std::chrono::steady_clock::time_point deadline;

  ExpositionRequest request = {};  ///< Valid during the call.
};

class Endpoint {
 public:
  /// Makes the page. One call at a time, all on one thread. When it throws, the scrape is answered
  /// with the message and 500, or 400 for a std::invalid_argument: what was asked for is wrong.
  using Page = std::function<ExpositionAnswer(const Scrape&)>;

  /// Listens and serves from now on. Throws std::runtime_error that names the address and the
  /// reason ("cannot listen on 127.0.0.1:10300: Address already in use"), or file and line of what
  /// is wrong with the web configuration ("web.yml:3: unknown key ...").
  Endpoint(EndpointOptions options, Page page);

  /// Finishes answers under way (1 s at most, and the page that is being made), then closes.
  ~Endpoint();

  /// host:port with the port really taken; of several addresses the first.
  const std::string& address() const noexcept;

  /// All of them.
  const std::vector<std::string>& addresses() const noexcept;

  /// Where the page is: `https://127.0.0.1:10300/metrics`, `unix:/path`.
  std::vector<std::string> urls() const;

  /// Listens there from now on, and no longer where it did; where both name the same nothing
  /// changes, and connections go on. Throws as the constructor does, and then leaves all as it was.
  /// Not at the same time as itself, address(), addresses() or urls().
  void listen(const std::string& address);

  /// What /-/ready says, 200 or 503: an LLM server may want to load its model first. Ready from the
  /// start; never while it is being destroyed. Any thread.
  void set_ready(bool ready) noexcept;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace seadragon::monitoring
