#include "lib/src/endpoint_service.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>

#include <boost/asio/ssl.hpp>
#include <sys/resource.h>
#include <unistd.h>

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t largest_head = 8192;

/// What a client that does not know of TLS begins with is a letter.
bool begins_tls(Socket& socket) {
  constexpr char handshake = 0x16;
  char first = 0;
  Error error;
  const std::size_t size =
      socket.receive(asio::buffer(&first, 1), asio::socket_base::message_peek, error);
  return error || size == 0 || first == handshake;
}

/// Of this thread alone: logins may take a processor, but not that of a scrape.
void step_back() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10); }

/// Whether who was let in by one would be let in by the other: a certificate was renewed at most.
bool admit_alike(const WebAccess& one, const WebAccess& other) {
  const auto& a = one.config.tls;
  const auto& b = other.config.tls;
  if (!a || !b) return a.has_value() == b.has_value();
  return std::tie(a->client_auth, a->client_ca, a->client_allowed_sans) ==
         std::tie(b->client_auth, b->client_ca, b->client_allowed_sans);
}

/// A whole page goes out with one system call; Asio's own limit is 64 KiB.
std::size_t at_once(const Error& error, std::size_t) {
  constexpr std::size_t most = std::size_t{4} << 20;
  return error ? 0 : most;
}

/// Counts for as long as it lives, whatever is thrown.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

}  // namespace

EndpointService::EndpointService(asio::io_context& io, const EndpointOptions& options,
                                 Endpoint::Page page)
    : options_(options),
      access_(
          options.web_config_file, options.on_error ? options.on_error : [](const std::string&) {}),
      pages_(options, std::move(page)),
      page_worker_(io),
      login_worker_(io),
      speaks_tls_(access_.now()->tls != nullptr) {
  tell_certificate(*access_.now());
}

void EndpointService::stop() {
  stopping_ = true;
  end_ = Clock::now() + drain_time;
}

void EndpointService::allow(Connection& connection, std::chrono::milliseconds time) const {
  connection.deadline = Clock::now() + time;
  if (stopping_) connection.deadline = std::min(connection.deadline, end_);
}

Task<void> EndpointService::serve(Connection& connection) {
  const Access access = access_.now();
  speaks_tls_ = access->tls != nullptr;
  tell_certificate(*access);
  if (access->tls) {
    co_await serve_tls(connection, access);
  } else {
    co_await answer_requests(connection, connection.socket, access);
  }
}

void EndpointService::tell_certificate(const WebAccess& access) {
  if (access.tls == told_) return;
  told_ = access.tls;
  if (told_ && options_.on_certificate) options_.on_certificate(told_->expiry());
}

Task<void> EndpointService::serve_tls(Connection& connection, const Access& access) {
  Error error;
  // OpenSSL takes 70 kB for a connection: not for one that is silent.
  co_await connection.socket.async_wait(Socket::wait_read, into(error));
  if (error || connection.dead) co_return;
  if (!begins_tls(connection.socket)) {
    co_await refuse_plain_http(connection, access);
    co_return;
  }
  asio::ssl::context context(access->tls->share());
  asio::ssl::stream<Socket&> stream(connection.socket, context);
  co_await stream.async_handshake(asio::ssl::stream_base::server, into(error));
  if (error || connection.dead) co_return;
  allow(connection, options_.header_timeout);
  co_await answer_requests(connection, stream, access);
  if (connection.dead) co_return;
  allow(connection, drain_time);
  co_await stream.async_shutdown(into(error));
}

Task<void> EndpointService::refuse_plain_http(Connection& connection, const Access& access) {
  EndpointAnswer answer = pages_.refusal(400);
  answer.body = "This endpoint speaks HTTPS.\n";
  const std::string text = head_of(answer, *access, false, false) + answer.body;
  Error error;
  co_await asio::async_write(connection.socket, asio::buffer(text), into(error));
}

/// Of a connection that had an answer: waits for the first bytes of the next request. False when
/// none come.
template <typename Stream>
Task<bool> EndpointService::await_request(Connection& connection, Stream& stream,
                                          boost::beast::flat_buffer& buffer) {
  connection.state = Connection::State::idle;
  allow(connection, options_.idle_timeout);
  if (buffer.size() == 0) {
    Error error;
    const std::size_t bytes = co_await stream.async_read_some(buffer.prepare(512), into(error));
    if (error) co_return false;
    buffer.commit(bytes);
  }
  allow(connection, options_.header_timeout);
  co_return true;
}

template <typename Stream>
Task<void> EndpointService::answer_requests(Connection& connection, Stream& stream,
                                            const Access& access) {
  boost::beast::flat_buffer buffer(largest_head);
  for (bool first = true; !stopping_; first = false) {
    if (!first) {
      const bool comes = co_await await_request(connection, stream, buffer);
      if (!comes) co_return;
    }
    http::request_parser<http::empty_body> parser;
    parser.header_limit(largest_head);
    parser.body_limit(
        std::numeric_limits<std::uint64_t>::max());  // refused, but with its own status
    Error error;
    co_await http::async_read_header(stream, buffer, parser, into(error));
    const EndpointRequest request = request_of(parser.get());
    const int status = status_of(error, parser, pages_.is_reload(request.target));
    // Who came before the policy changed has to come again.
    if (status == 0 || !admit_alike(*access, *access_.now())) co_return;

    connection.state = Connection::State::answering;
    const http::verb method = parser.get().method();
    const bool is_post = method != http::verb::get && method != http::verb::head;
    // Not by `?:`: gcc 12 destroys what is made there twice when it awaits.
    EndpointAnswer answer = pages_.refusal(status);
    if (status == 200) answer = co_await answer_to(connection, request, is_post);
    if (connection.dead) co_return;
    allow(connection, options_.write_timeout);
    const Access now = access_.now();
    const bool keep_alive = status == 200 && answer.status != 401 && answer.status != 429 &&
                            parser.get().keep_alive() && !stopping_ && !connection.is_last &&
                            now->tls == access->tls;
    const std::string head = head_of(answer, *now, keep_alive, parser.get().version() < 11);
    if (method == http::verb::head) answer.body.clear();
    const std::array<asio::const_buffer, 2> out{asio::buffer(head), asio::buffer(answer.body)};
    co_await asio::async_write(stream, out, at_once, into(error));
    if (error || !keep_alive || connection.is_last) co_return;
  }
}

std::string EndpointService::head_of(const EndpointAnswer& answer, const WebAccess& access,
                                     bool keep_alive, bool http_1_0) {
  if (options_.on_answer) options_.on_answer(answer.status, answer.body.size());
  return answer_head(answer, keep_alive, http_1_0, access.config.headers);
}

Task<EndpointAnswer> EndpointService::answer_to(Connection& connection,
                                                const EndpointRequest& request, bool is_post) {
  const Access access = access_.now();
  if (!is_within(access->config.rate_limit)) co_return pages_.refusal(429);
  if (!access->config.users.empty()) {
    const bool is_good = co_await log_in(connection, *access, request.authorization);
    if (!is_good) co_return pages_.refusal(401);
  }
  if (is_post) co_return co_await reload(connection);
  if (!pages_.takes_time(request)) {
    co_return pages_.answer(request, ready_ && !stopping_);
  }
  const std::size_t most = options_.max_requests;
  if (most > 0 && pages_under_way_ >= most) co_return pages_.refusal(503);
  co_return co_await make_page(connection, request);
}

Task<EndpointAnswer> EndpointService::make_page(Connection& connection,
                                                const EndpointRequest& request) {
  const Counted under_way(pages_under_way_);
  EndpointAnswer answer;
  allow(connection, EndpointPages::time_for(request));
  co_await page_worker_.run(connection, connection.peer,
                            [&] { answer = pages_.answer(request, true); });
  co_return answer;
}

Task<EndpointAnswer> EndpointService::reload(Connection& connection) {
  EndpointAnswer answer;
  co_await page_worker_.run(connection, connection.peer, [&] { answer = pages_.reload(); });
  co_return answer;
}

Task<bool> EndpointService::log_in(Connection& connection, const WebAccess& access,
                                   std::string_view header) {
  const auto credentials = parse_authorization(header);
  if (!credentials) co_return false;
  const auto& users = access.config.users;
  const auto user = users.find(credentials->user);
  // For a stranger as long as for a user, or names could be found out.
  const std::string hash = user == users.end() ? costliest_hash(users) : user->second;
  if (user != users.end() && logins_.knows(*credentials, hash)) co_return true;

  allow(connection, options_.write_timeout);
  bool matches = false;
  // In turns of addresses and names, so that who guesses leaves the others theirs.
  co_await login_worker_.run(connection, connection.peer + '\n' + credentials->user, [&] {
    step_back();
    matches = matches_bcrypt(credentials->password, hash);
  });
  if (user == users.end() || !matches) co_return false;
  logins_.remember(*credentials, hash);
  co_return true;
}

/// As a bucket of `burst` tokens, one more each interval.
bool EndpointService::is_within(const RateLimit& limit) {
  if (limit.interval.count() == 0) return true;
  const Clock::time_point now = Clock::now();
  if (limit != rate_limit_) {
    rate_limit_ = limit;
    rate_mark_ = now;
  }
  const std::chrono::duration<double> room =
      std::chrono::duration<double>(limit.interval) * (limit.burst - 1);
  const Clock::time_point mark = std::max(rate_mark_, now);
  if (mark - now > room) return false;
  rate_mark_ = mark + limit.interval;
  return true;
}

}  // namespace seadragon::monitoring::detail
