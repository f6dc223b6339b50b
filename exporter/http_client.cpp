#include "exporter/http_client.h"

#include <list>
#include <stdexcept>
#include <utility>

#include "exporter/http_exchange.h"

namespace seadragon::exporter {

class HttpClient::Trust {
 public:
  Trust() {
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    context.set_default_verify_paths();
    context.set_verify_mode(asio::ssl::verify_peer);
  }

  asio::ssl::context context{asio::ssl::context::tls_client};
};

HttpClient::HttpClient() = default;
HttpClient::~HttpClient() = default;

HttpClient::Trust& HttpClient::trust() {
  if (trust_ == nullptr) trust_ = std::make_unique<Trust>();
  return *trust_;
}

std::vector<HttpOutcome> HttpClient::get_all(std::span<const HttpRequest> requests,
                                             const std::stop_token& stop) {
  std::vector<HttpOutcome> outcomes(requests.size());
  asio::io_context io(1);
  std::list<HttpExchange> exchanges;
  auto outcome = outcomes.begin();
  for (const auto& [url, limits] : requests) {
    const std::optional<Url> parsed = parse_url(url);
    if (!parsed) {
      outcome->failure = "not supported: " + url;
    } else if (limits.time.count() <= 0) {
      outcome->failure = "no time left";
    } else {
      try {
        asio::ssl::context* const trusted = parsed->tls ? &trust().context : nullptr;
        exchanges.emplace_back(io, *parsed, limits, trusted, *outcome);
      } catch (const boost::system::system_error& no_context) {
        outcome->failure = std::string("no TLS: ") + no_context.what();
      }
    }
    ++outcome;
  }

  for (HttpExchange& exchange : exchanges) exchange.start();
  const std::stop_callback when_stopped(stop, [&] {
    asio::post(io, [&] {
      for (HttpExchange& exchange : exchanges) exchange.fail("stopped");
    });
  });
  // A look-up is no work of `io`, but the timer of its exchange is.
  io.run();
  return outcomes;
}

std::string HttpClient::get(const std::string& url, const HttpLimits& limits,
                            const std::stop_token& stop) {
  const HttpRequest request{.url = url, .limits = limits};
  HttpOutcome outcome = std::move(get_all({&request, 1}, stop).front());
  if (!outcome.failure.empty()) throw std::runtime_error(outcome.failure);
  return std::move(outcome.body);
}

}  // namespace seadragon::exporter
